"""What `tc-resources usage` reads, adds up, suggests and shows."""
