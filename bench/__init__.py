"""How long this package takes, and what it costs, beside the alternatives: see bench/README.md."""
