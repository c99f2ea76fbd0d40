"""Hosts: where arrays and clusters meet. A host boots, has files, hangs on one array and runs entry points."""
