"""The city that comes with clustersim, as tests ask for it."""

from sim.firms.columns import columns
from sim.tables.city_tables import CityTables, read_city

CHANGZHOU: CityTables = read_city()
CLUSTERS, IDENTIFIERS, COUNT = CHANGZHOU.clusters, CHANGZHOU.identifiers, CHANGZHOU.count
NAMES = tuple(columns())  # of the firm table
COLUMNS = tuple(columns().values())


def table():
    """Return the numbers of the nation and of the city by name."""
    return CHANGZHOU.numbers
