"""A look-alike of IBM's DS CLI: text in, text out, on the simulated clock.

This room knows storage images and the consoles that manage them. It knows nothing of clusters, nor who types.
"""
