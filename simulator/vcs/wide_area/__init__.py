"""Global clusters: what one cluster knows of others, receives from them, and does with them (vcs.md 4).

`spec` is the configuration, `remote_state` what an engine knows of remote clusters, `states` the table of a remote
cluster's states. `wan` is the network between the sites; `heartbeats` probe remote clusters over it. `wac/` is the
wide-area connector of one cluster and its connection to another one. `global_groups` is what an engine does with
global groups; `net` assembles all of it for a site.
"""
