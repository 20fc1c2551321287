"""People's names for their ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import anyio

from opsloom.adapter_api.call import Call
from opsloom.model.errors import OpsloomError
from opsloom_adapters.slack.client import SlackClient

_ASKED_MAX = 20  # new people of one answer: each is a request
_SECONDS = 2.0


@dataclass(frozen=True)
class Named:
    """``names`` by id; ``note`` says that some are missing."""

    names: Mapping[str, str]
    note: str = ""


class People:
    """Remembers whom it has asked for: names hardly ever change."""

    def __init__(self, client: SlackClient, *, asks: bool) -> None:
        self._client = client
        self._asks = asks
        self._known: dict[str, str] = {}

    async def named(self, ids: Iterable[str], call: Call) -> Named:
        """Their names. Messages make sense without them, so what cannot be read in time stays an id."""
        if not self._asks:
            return Named({})
        wanted = list(dict.fromkeys(one for one in ids if one))
        unknown = [one for one in wanted if one not in self._known][:_ASKED_MAX]
        with anyio.move_on_after(min(_SECONDS, call.remaining_seconds() / 2)):
            async with anyio.create_task_group() as tasks:
                for user in unknown:
                    tasks.start_soon(self._ask, user, call)
        missing = sum(one not in self._known for one in wanted)
        note = f"{missing} people are shown by id: their names could not be read (scope users:read)" if missing else ""
        return Named({one: self._known[one] for one in wanted if one in self._known}, note)

    async def _ask(self, user: str, call: Call) -> None:
        try:
            found = await self._client.user(call, user)
        except OpsloomError:
            return
        name = found.profile.display_name or found.profile.real_name or found.name
        if name:
            self._known[user] = name
