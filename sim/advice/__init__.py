"""What to do next and what was found, from points and results alone: no folder, no scenario and no model is known here."""
