"""How much a scenario may hold: it is one short file, which a parser written in Python has to read."""

DEEPEST, MOST_NODES, MOST_WORDS = 20, 2_000, 15_000  # levels; values; words and lines, comments included
SHORT = "a scenario is one short file"
