"""The services that are called, one module each, and the listings that they give."""
