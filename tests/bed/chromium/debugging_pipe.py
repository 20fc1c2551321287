"""Runs a program that wants the two ends of a pipe as its files 3 and 4, as Chromium's debugging pipe does.

``debugging_pipe.py READ_NUMBER WRITE_NUMBER PROGRAM ARGUMENTS...``. This process becomes the program.

Source: https://chromium.googlesource.com/chromium/src/+/main/content/public/common/content_switches.cc
(``remote-debugging-pipe``)
"""

import fcntl
import os
import sys

_READ_NUMBER, _WRITE_NUMBER = 3, 4
_OUT_OF_THE_WAY = 10


def main(read_number: int, write_number: int, command: list[str]) -> None:
    """Become ``command``, with the pipe where it looks for it."""
    read, write = (
        fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY) for number in (read_number, write_number)
    )
    os.dup2(read, _READ_NUMBER, inheritable=True)
    os.dup2(write, _WRITE_NUMBER, inheritable=True)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
