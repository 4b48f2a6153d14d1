"""The world outside the city and the rivals in it."""
