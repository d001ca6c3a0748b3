"""The command: ``python -m refrain`` and ``refrain``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from refrain import _refrain


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command ``refrain`` with these arguments (those of the process if there are none).

    Prints as the command does, and gives its exit status. It is the same program as the binary.
    """
    args = sys.argv[1:] if argv is None else list(argv)
    if argv is None:
        # The command ends by signals and by broken pipes in its own way.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    return _refrain.command(["refrain", *args])


if __name__ == "__main__":
    # Nothing of Python is left to do: the command has removed what it wrote for itself.
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
