"""What firms do in a quarter, one file each. A behaviour reads the setting and writes only its own columns."""
