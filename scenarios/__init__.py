"""The scenarios that come with clustersim; `sim.scenario.load` reads them by name."""
