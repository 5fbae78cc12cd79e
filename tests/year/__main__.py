"""``python -m tests.year SEEDS [FIRST [small]]``; the drill's processes import it by name: a module of its own."""

import sys

from .drill import main

if __name__ == "__main__":
    sys.exit(main())
