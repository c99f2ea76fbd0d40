"""Serves a site to programs of this machine: `mirrordrill serve`."""
