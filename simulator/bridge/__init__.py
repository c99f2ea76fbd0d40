"""Two ways to run the one agent: inside the simulator, in greenlets, or outside of it, as real processes.

Both are an `AgentRunner`; nothing else in the simulator knows which one is in use. Both let the entry point's own
start-up take the same simulated time, notice files and log lines at the same moments, and kill without another line
being run.
"""
