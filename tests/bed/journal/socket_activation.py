"""Runs a program that wants its listening socket from systemd, without systemd.

``socket_activation.py SOCKET_NUMBER PROGRAM ARGUMENTS...``. The environment must name the process that runs
the program, so this process becomes it.

Source: https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
"""

import os
import sys

_FIRST_SOCKET_NUMBER = 3


def main(socket_number: int, command: list[str]) -> None:
    """Become ``command``, with the socket where it looks for it."""
    if socket_number == _FIRST_SOCKET_NUMBER:
        os.set_inheritable(socket_number, True)
    else:
        os.dup2(socket_number, _FIRST_SOCKET_NUMBER, inheritable=True)
        os.close(socket_number)
    activation = {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    os.execve(command[0], command, {**os.environ, **activation})  # noqa: S606


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
