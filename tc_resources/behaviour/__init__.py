"""How the services behave where their documents leave it open: what the emulator plays, and `verify` measures."""
