"""Steps of nights that a generator draws: what may be possible or not, and what must have come about in the end."""
