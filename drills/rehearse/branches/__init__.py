"""Branches of a rehearsal: which lines each has, and worlds that are kept ready for a step back."""
