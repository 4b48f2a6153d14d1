"""Tables, figures and words for people."""
