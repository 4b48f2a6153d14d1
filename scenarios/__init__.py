"""The scenarios that come with clustersim; `sim.scenario.scenario.load` reads them by name."""
