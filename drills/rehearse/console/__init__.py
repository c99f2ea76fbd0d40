"""The web console of a rehearsal: views by role, in a browser."""
