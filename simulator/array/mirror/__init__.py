"""Metro Mirror pairs: the states of each array, the operations on pairs, and the copies that run between them."""
