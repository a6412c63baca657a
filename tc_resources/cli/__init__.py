"""The `tc-resources` command. Its parts import what their extra installs only when they run."""
