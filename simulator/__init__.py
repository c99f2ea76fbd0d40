"""The world of the agent: arrays, paths, hosts and VCS clusters in simulated time."""
