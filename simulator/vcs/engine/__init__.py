"""The engine (HAD) of one membership: its state, its groups, and what follows from each report."""
