"""Two or more DS8000 storage images: volumes, Metro Mirror pairs, paths, copies, and the data in them.

This room knows nothing of hosts, clusters or the DS CLI: it offers operations on pairs, answers about data, and events.
"""
