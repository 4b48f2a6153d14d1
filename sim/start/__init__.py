"""The way down to the firms of the end of 2021."""
