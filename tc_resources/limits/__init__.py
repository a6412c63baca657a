"""What a resource means: its inputs, its state, and what each of the engine's operations does. No Pulumi in here."""
