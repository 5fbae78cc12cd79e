"""``make drill``: every drill one after the other, one table at the end. ``python -m tests.drills NAME...``: some."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
FIGURE = re.compile(r"^\s+(\d[\d.,]*|yes|no)\s+(\S.*)$")
FIRST = ("kills", "faults", "restart", "backup")


def drills() -> list[tuple[str, list[str]]]:
    """The year, then every module here with a ``main()``."""
    found = {path.stem for path in FOLDER.glob("*.py") if "\ndef main(" in path.read_text(encoding="utf-8")}
    found -= {"__main__"}
    names = [name for name in FIRST if name in found] + sorted(found - set(FIRST))
    year = ("year", ["tests.year", os.environ.get("SEEDS") or "20", "1", os.environ.get("SIZE") or "full"])
    return [*((name, [f"tests.drills.{name}"]) for name in names), year]


def main() -> int:
    """Run them; 1 when one failed."""
    chosen = sys.argv[1:]
    lines, failed = [], 0
    for name, command in drills():
        if chosen and name not in chosen:
            continue
        print(f"== {name}")
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True)
        said: list[str] = []
        for line in process.stdout or ():
            print(line, end="")
            sys.stdout.flush()
            said.append(line.rstrip())
        bad = process.wait()
        failed |= bool(bad)
        lines.append(f"{'FAILED' if bad else 'passed':8} {name} ({time.monotonic() - began:.0f} s)")
        for line in said:
            figure = FIGURE.match(line)
            if figure:
                lines.append(f"{figure[1]:>14}  {figure[2]}")
            elif line and not line.startswith(" "):
                lines.append(f"         {line}")
    print("\n== all drills\n" + "\n".join(lines))
    return failed


if __name__ == "__main__":
    sys.exit(main())
