"""How the real services behave where their documents leave it open, found out on an account and taken back."""
