"""The headers that hold secrets, read where the operator keeps them."""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.credential import SecretHeader
from opsloom.model.errors import ConfigurationError


@dataclass(frozen=True)
class HttpCredentials:
    """Of the instance of ``site``; every method raises ConfigurationError where a secret cannot be read."""

    site: Site
    config: HttpConfig

    async def for_reading(self) -> dict[str, str]:
        return await self._written(self.config.read_headers())

    async def for_changes(self) -> dict[str, str]:
        """Read anew for each change: it is not kept.

        :raises ConfigurationError: there is none, although there is one for reading.
        """
        wanted = self.config.write_headers()
        if not wanted and self.config.read_headers():
            raise ConfigurationError(
                f"instance {self.site.instance} has no credential for changes; set write_token or its like"
            )
        return await self._written(wanted)

    async def have_changed(self, headers: MutableMapping[str, str]) -> bool:
        """Whether the ones for reading are others by now, as tokens rotate; then they are put into ``headers``."""
        present = await self.for_reading()
        changed = any(headers.get(name) != value for name, value in present.items())
        headers.update(present)
        return changed

    async def _written(self, headers: Iterable[SecretHeader]) -> dict[str, str]:
        return {one.name: one.value((await self.site.secret(one.source)).get_secret_value()) for one in headers}
