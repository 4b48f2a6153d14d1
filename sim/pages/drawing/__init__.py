"""A small library of pure functions that draw charts as text of SVG: scales, ticks, marks, words, frames.

Nothing here knows an experiment. Coordinates are rounded to a tenth, so that the same values give the same bytes.
"""
