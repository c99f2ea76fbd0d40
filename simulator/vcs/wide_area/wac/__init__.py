"""The wide-area connector (wac) of a cluster, its connection to another one, and the protocol between the two."""
