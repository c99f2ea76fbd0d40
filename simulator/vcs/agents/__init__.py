"""The agent framework of VCS: one agent for each resource type on each system, its threads, timeouts and retries."""
