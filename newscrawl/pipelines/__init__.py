"""What happens to a record between page and feed: clean, require, deduplicate; one duty a file."""
