"""`python -m drills` is `mirrordrill`."""

from drills.main import main

main()
