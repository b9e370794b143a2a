"""`python -m nibble` is the program."""

import os
import sys


def main() -> None:
    """Becomes the program, with the same arguments."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "nibble")
    try:
        os.execv(program, ["nibble", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"nibble: {program}: cannot be started: {error.strerror}")


if __name__ == "__main__":
    main()
