"""The face of programs in every language: a plugin that serves Pulumi's protocol, with or without its Python SDK."""
