"""Global clusters: what one cluster knows of others, hears from them, and does with them (vcs.md 4).

`spec` is what a cluster is told before it starts, `beliefs` what an engine holds true, `states` the table of a remote
cluster's states. `wan` is the network between the sites; `heartbeats` ask over it, a `circuit` is the connection of two
clusters over it. A `connector` is the wide-area connector (wac) of one cluster; `global_groups` is what its engine
does with global groups. `net` puts all of it together for a site.
"""
