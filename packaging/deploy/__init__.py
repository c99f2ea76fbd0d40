"""Putting the agent onto a node and taking it off again; shipped with the agent, Python 3.8 and later.

Nothing here is on the path of an entry point. It uses the agent's own node for what it asks of VCS.
"""
