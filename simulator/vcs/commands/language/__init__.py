"""What all operators' commands share: their grammar, conditions, layout of columns, refusals and `-modify`."""
