"""`python -m rnnlab`: the command line."""

import sys

from rnnlab.cli import main

if __name__ == "__main__":
    if sys.stdout is not None:
        sys.stdout.reconfigure(errors="replace")  # a review may hold what no terminal can show
    sys.exit(main())
