"""`python -m rnnlab`: the command line, as `rnnlab` starts it."""

import sys

from rnnlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
