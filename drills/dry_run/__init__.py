"""Drills that are read and not run: what `mirrordrill check DRILLS` tells."""
