"""Which data source of Grafana answers for metrics, and which for logs."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.model.errors import ConfigurationError, NotFoundError
from opsloom_adapters.grafana.client import DataSourceClient, GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig


class DataSources:
    """Those of the settings; where they name none, the only one of its type, which is looked up once."""

    def __init__(self, http: HttpClient, client: GrafanaClient, config: GrafanaConfig) -> None:
        self._http = http
        self._client = client
        self._uids = {
            kind: uid for kind, uid in (("prometheus", config.prometheus_uid), ("loki", config.loki_uid)) if uid
        }

    async def prometheus(self, call: Call) -> tuple[str, DataSourceClient]:
        """The uid, and what asks there.

        :raises NotFoundError: there is none.
        :raises ConfigurationError: there are several.
        """
        return await self._of_type("prometheus", call)

    async def loki(self, call: Call) -> tuple[str, DataSourceClient]:
        """As :meth:`prometheus`."""
        return await self._of_type("loki", call)

    async def _of_type(self, kind: str, call: Call) -> tuple[str, DataSourceClient]:
        if kind not in self._uids:
            self._uids[kind] = await self._only_one(kind, call)
        uid = self._uids[kind]
        return uid, DataSourceClient(self._http, uid)

    async def _only_one(self, kind: str, call: Call) -> str:
        found = [source.uid for source in await self._client.data_sources(call) if source.type == kind]
        if not found:
            raise NotFoundError(
                f"{call.instance} has no data source of type {kind} that its token may see", instance=call.instance
            )
        if len(found) > 1:
            raise ConfigurationError(
                f"{call.instance} has several data sources of type {kind}; set {kind}_uid to one of: "
                + ", ".join(sorted(found))
            )
        return found[0]
