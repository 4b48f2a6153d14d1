"""What is measured of a run, and how it adds up."""
