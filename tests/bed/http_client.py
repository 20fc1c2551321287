"""HTTP to servers of the bed, which no proxy setting can lead astray."""

import httpx

_TIMEOUT_SECONDS = 10.0


def client(url: str) -> httpx.Client:
    """A client of a server of the bed."""
    return httpx.Client(base_url=url, trust_env=False, timeout=_TIMEOUT_SECONDS)


def answers(url: str) -> bool:
    """Whether a GET of ``url`` is answered with success."""
    try:
        return httpx.get(url, trust_env=False, timeout=_TIMEOUT_SECONDS).is_success
    except httpx.TransportError:
        return False
