"""The page and the brief: what a finished folder of an experiment says, for those who read no tables."""
