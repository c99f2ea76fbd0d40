"""Who hears whom: LLT's links, GAB's memberships, and the engine that each membership has (vcs.md 3.6)."""
