"""The `mirrordrill` command: its subcommands, their options, and what they print. Door: `main.main`."""
