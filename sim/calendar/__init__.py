"""Time: quarters, the year's judgements, paths over time."""
