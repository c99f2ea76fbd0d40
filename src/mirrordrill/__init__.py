"""Metro Mirror failover drills: the agent, the simulator around it, the drills, and their steps."""
