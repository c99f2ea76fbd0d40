"""A site: read from main.cf, site.toml and captures, with what had to be assumed, and what is built from it."""
