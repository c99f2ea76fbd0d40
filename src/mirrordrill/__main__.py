r"""\`python -m mirrordrill\` is \`mirrordrill\`."""

from mirrordrill.drills.cli.main import main

main()
