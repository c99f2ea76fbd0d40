"""What the simulator costs: `make bench`. Measured, never asserted; the tables are recorded in docs/performance.md."""
