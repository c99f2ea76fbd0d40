"""Catalogues shared by all rooms: what is known of the real systems and how surely, and their messages."""
