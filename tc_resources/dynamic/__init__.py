"""The face of Python programs: Pulumi dynamic resources, which need no plugin."""
