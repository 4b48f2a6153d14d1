"""A register of real firms: its columns, how its file is read and checked, and a workbook to begin with."""
