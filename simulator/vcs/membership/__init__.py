"""Cluster membership: LLT links, GAB memberships, I/O fencing, and one engine per membership (vcs.md 3.6).

LLT: low latency transport, the heartbeats between systems. GAB: group membership and atomic broadcast.
"""
