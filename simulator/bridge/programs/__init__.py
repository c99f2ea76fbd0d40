"""Programs that simulated hosts run as real processes."""
