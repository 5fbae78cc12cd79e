"""``python -m lotsen``: the commands. They stand in ``lotsen.cli``."""

from lotsen.cli import main

if __name__ == "__main__":
    main(prog_name="python -m lotsen")
