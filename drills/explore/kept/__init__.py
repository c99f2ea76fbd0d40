"""What campaigns keep: the results file, what its cells may be, and the questions that are asked of it."""
