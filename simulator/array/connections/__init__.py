"""Connections between arrays: physical links and the logical PPRC paths over them."""
