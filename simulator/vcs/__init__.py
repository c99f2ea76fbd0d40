"""VCS clusters over simulated time: engines, service groups, the agent framework, the operators' commands."""
