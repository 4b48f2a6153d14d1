"""What to try next and what was found, from points and results alone: no folder, scenario or model is known here."""
