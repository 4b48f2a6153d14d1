"""The firm table and what is said of firms: cost, technology, size, groups, who comes and goes."""
