"""What is made of the rest and of Pulumi's SDK, and then committed: `make proto`, `make schema`, `make reference`."""
