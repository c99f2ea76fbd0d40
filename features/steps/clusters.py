"""What befalls clusters: engines, LLT links, memberships."""
