"""The city's accounts around the firms."""
