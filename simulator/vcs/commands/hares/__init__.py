"""`hares`: resources."""
