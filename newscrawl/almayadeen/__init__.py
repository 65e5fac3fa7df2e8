"""What is known of the publisher."""
