"""One open connection per instance, made when it is first asked and kept until the hub closes."""

from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import TaskGroup
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Adapter, Site
from opsloom.adapter_api.config import SecretSource
from opsloom.providers.instance import Instance


class Connection:
    """Keeps ``adapter.connect()`` open in a task of its own, so that it is left where it was entered."""

    def __init__(self, instance: Instance, secret: Callable[[SecretSource], Awaitable[SecretStr]]) -> None:
        self._site = Site(instance.name, instance.config, secret)
        self._instance = instance
        self._lock = anyio.Lock()
        self._adapter: Adapter | None = None

    async def adapter(self, tasks: TaskGroup) -> Adapter:
        """The connected adapter. A connection that failed is tried anew by the next call.

        :raises ConfigurationError: the settings cannot work.
        """
        async with self._lock:
            if self._adapter is None:
                self._adapter = await tasks.start(self._keep_open)
        return self._adapter

    async def _keep_open(self, *, task_status: anyio.abc.TaskStatus[Adapter]) -> None:
        async with self._instance.adapter.connect(self._site) as adapter:
            task_status.started(adapter)
            await anyio.sleep_forever()
