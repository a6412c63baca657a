"""One signed request and its answer, within bounds: the connection, the rate, what processes share, the call log."""
