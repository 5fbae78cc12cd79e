"""``make bench``: the pages, then the matcher. ``make bench DATA=folder`` measures against external data too."""

import importlib.util
import os
import sys

from benchmarks import pages


def main() -> int:
    """Run every benchmark there is and print its table."""
    pages.main()
    if importlib.util.find_spec("benchmarks.matching"):
        importlib.import_module("benchmarks.matching").main(os.environ.get("DATA") or None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
