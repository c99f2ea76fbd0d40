"""Runs scenarios: the pytest plugin, one drill, its expectations, its result. Doors: `plugin`, `runner`, `drill`."""
