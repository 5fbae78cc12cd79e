"""``make bench``: the pages, then the matcher. ``make bench DATA=folder`` measures against external data too."""

import os
import sys

from benchmarks import matching, matching_lernfair, pages


def main() -> int:
    """Run every benchmark and print its table; external data only when DATA names its folder."""
    pages.main()
    matching.main()
    if os.environ.get("DATA"):
        matching_lernfair.main(f"{os.environ['DATA']}/assignment/lernfair")
    return 0


if __name__ == "__main__":
    sys.exit(main())
