"""Feature files as people write them: read, or told what is wrong with them."""
