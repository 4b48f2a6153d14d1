"""Keyed luck and how rules over firms are compiled."""
