"""``python -m sagacity.cli``: the command without its script."""

from . import main

main(prog_name="sagacity")
