"""Where the command `companion` begins: ``python -m book`` is the same."""

import signal
import sys

STATUS = 2  # called wrongly, or refused by the machine, as in `book.cli`


def main() -> None:
    """Load the command and call it; a package that is missing is one line."""
    # Loading takes seconds. Until the command listens to an interrupt itself, there is nothing to
    # keep and nothing to say, and Python would show where it was.
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from book import cli
    except ModuleNotFoundError as error:
        sys.stderr.write(f"companion: the package {error.name} is missing; call: make install\n")
        sys.exit(STATUS)
    cli.main()


if __name__ == "__main__":
    main()
