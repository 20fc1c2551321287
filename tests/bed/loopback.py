"""Loopback: free ports, and who listens on one."""

import socket
from pathlib import Path

HOST = "127.0.0.1"
_TCP_LISTEN = "0A"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def listens(pid: int, port: int) -> bool:
    """Whether process ``pid`` itself listens on ``port``: an answer alone may come from another bed.

    Source: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
    """
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    try:
        return any(str(file.readlink()) in sockets for file in Path(f"/proc/{pid}/fd").iterdir())
    except FileNotFoundError:  # the process, or one of its files, is gone by now
        return False


def _listening_inodes(port: int) -> list[str]:
    lines = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return [line[9] for line in lines if line[3] == _TCP_LISTEN and int(line[1].rpartition(":")[2], 16) == port]


def listening_socket() -> socket.socket:
    """A socket that listens on a free port, for a program that can take over an open one."""
    return socket.create_server((HOST, 0))


def address(listening: socket.socket) -> str:
    """The HTTP address of a listening socket."""
    return f"http://{HOST}:{listening.getsockname()[1]}"
