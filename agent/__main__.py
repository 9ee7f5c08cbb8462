"""`python -m handsight` is `handsight`."""

from handsight.cli import main

main()
