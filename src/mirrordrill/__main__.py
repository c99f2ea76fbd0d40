r"""\`python -m mirrordrill\` is \`mirrordrill\`."""

from mirrordrill.drills.cli.start import main

main()
