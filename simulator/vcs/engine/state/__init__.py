"""What an engine knows: groups, resources on systems, what is wanted of them, attributes that it only keeps."""
