"""What worlds tell of all worlds: intervals that cover, and verdicts that hold however often one looks."""
