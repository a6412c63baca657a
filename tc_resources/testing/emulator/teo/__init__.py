"""TEO 2022-09-01: zones and their prefetch origin limits."""
