"""`python -m tmwatch`."""

import sys

from tmwatch.cli import main

if __name__ == "__main__":
    sys.exit(main())
