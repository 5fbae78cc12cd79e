"""``python -m tests.year SEEDS [FIRST]``; the processes of the drill import it by name, so it has a module of its own."""

import sys

from .drill import main

if __name__ == "__main__":
    sys.exit(main())
