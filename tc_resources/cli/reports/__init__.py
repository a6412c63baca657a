"""What `tc-resources status` found, and the forms in which it is shown: one module a form."""
