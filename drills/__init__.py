"""Drills: what CI runs and DR engineers rehearse with. Command line, runner, oracles, timelines, example sites."""
