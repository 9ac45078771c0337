"""What the documents say, asked."""
