"""Scenario files: fields, reading, checking, what may be set and asked."""
