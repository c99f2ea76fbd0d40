"""Steps that a rehearsal writes."""
