"""The content of volumes, at track level: what was written, by whom, and which of it was acknowledged."""
