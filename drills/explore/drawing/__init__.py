"""How a night is drawn: the targets of a site, profiles, faults of the registry, what people type."""
