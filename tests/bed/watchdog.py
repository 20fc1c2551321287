"""Ends the bed's processes when the bed itself is gone, however it went.

Run as a script. It reads ``+<process group>`` and ``-<process group>`` lines from a pipe that the bed holds
open; when the pipe ends, because the bed closed it or was killed, every group that is left is ended.
A pipe rather than PR_SET_PDEATHSIG: that one follows the starting *thread* and spares grandchildren.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 3.0


def main() -> None:
    """Read until the pipe ends, then end what is left: politely, then not."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    if groups:
        _signal(groups, signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        _signal(groups, signal.SIGKILL)


def _signal(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
