"""Scripts that make parts of the documentation; run them as modules, like `python -m tools.paths`."""
