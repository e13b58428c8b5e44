"""`python -m core` is the command `diwan`."""

from core.cli import main

main()
