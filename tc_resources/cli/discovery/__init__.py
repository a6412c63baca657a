"""What `tc-resources discover` finds, and the forms in which it writes it: one module a form."""
