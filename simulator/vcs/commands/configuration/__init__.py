"""Commands about the configuration: the file, its objects, attributes of types, users; and the logs."""
