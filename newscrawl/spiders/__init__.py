"""What to ask the site for, and in what order; no parsing, no storing."""
