"""A credential that is read again before it expires.

Tokens of service accounts live for an hour, and the kubelet writes a new one into the same file long before; those of
cloud plugins live for 15 minutes. A connection to a cluster lives as long as opsloom.
https://kubernetes.io/docs/concepts/security/service-accounts/
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import anyio

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import HttpConfig

REREAD_AFTER_SECONDS = 300


class ReadingCredential:
    """The headers that let us read, as fresh as they must be; those for changes are read for each change anyway."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._wanted = site.config_as(HttpConfig).read_headers()
        self._read_at: datetime | None = None
        self._headers: dict[str, str] = {}
        self._lock = anyio.Lock()

    async def headers(self, call: Call) -> Mapping[str, str]:
        """What is to be sent in place of the headers that the connection began with; at first nothing.

        :raises ConfigurationError: the secret is no longer where it was.
        """
        async with self._lock:
            now = call.wall_clock.now()
            if self._read_at is None:
                self._read_at = now
            elif now - self._read_at >= timedelta(seconds=REREAD_AFTER_SECONDS):
                read = [(one, await self._site.secret(one.source)) for one in self._wanted]
                self._headers = {one.name: one.value(secret.get_secret_value()) for one, secret in read}
                self._read_at = now
            return self._headers
