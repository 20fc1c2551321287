"""One flag in one environment, as a plan depends on it."""

import hashlib
import json
from dataclasses import dataclass
from difflib import get_close_matches

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.changes import ToggleFlag
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.unleash import wire
from opsloom_adapters.unleash.client import FLAG_ROWS_MAX, UnleashClient
from opsloom_adapters.unleash.config import UnleashConfig
from opsloom_adapters.unleash.flags import NAMES_HOLD, OF_NAMES
from opsloom_adapters.unleash.links import flag_link
from opsloom_adapters.unleash.strategies import UNLEASHS_DEFAULT, described

_NAMED_MAX = 5
_LOOKED_THROUGH = 500  # flags, for names that are like one that does not exist
_PROJECT = "project"


@dataclass(frozen=True)
class FlagState:
    """``added`` is the strategy that Unleash adds when the flag is switched on; ``None`` if it has one, or goes off."""

    flag: wire.Flag
    environment: wire.FlagEnvironment
    added: wire.Strategy | None

    def observed(self) -> tuple[tuple[str, str], ...]:
        """What a plan depends on; see :attr:`~opsloom.model.changes.ChangePlan.observed`."""
        content = {"archived": self.flag.archived, **self.environment.model_dump(mode="json")}
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        return (
            (_PROJECT, self.flag.project),
            ("enabled", on_or_off(enabled=self.environment.enabled)),
            ("strategies", str(len(self.environment.strategies))),
            ("configuration", digest),
            *((("added_strategy", described(self.added)),) if self.added else ()),
        )


def on_or_off(*, enabled: bool) -> str:
    return "on" if enabled else "off"


def project_of(observed: tuple[tuple[str, str], ...]) -> str:
    """The project of the flag that a plan with ``observed`` is about."""
    return dict(observed)[_PROJECT]


async def find_flag(client: UnleashClient, config: UnleashConfig, flag: str, call: Call) -> wire.ListedFlag:
    """The flag of exactly that name, in whichever project that the settings let us look at.

    :raises InvalidRequestError: there is none, or it is archived; the text names some that are like it.
    """
    if not OF_NAMES.fullmatch(flag):
        raise InvalidRequestError(f"{flag!r} is no flag; {NAMES_HOLD}")
    near: list[str] = []

    async def fetch(offset: int) -> Fetched[wire.ListedFlag, int]:
        page = await client.flags(call, flag, offset=offset, limit=FLAG_ROWS_MAX)
        near.extend(row.name for row in page.rows if flag.casefold() in row.name.casefold())
        return page

    found = await read_pages(fetch, 0, limit=1, wanted=lambda row: row.name == flag)
    if found.rows:
        return found.rows[0]
    near = near or await _alike(client, flag, call)
    hint = f"did you mean {', '.join(near[:_NAMED_MAX])}?" if near else "search_flags lists them"
    place = f"project {config.project} of {call.instance}" if config.project else call.instance
    raise InvalidRequestError(f"{place} has no flag {flag!r} that is not archived; {hint}")


async def _alike(client: UnleashClient, flag: str, call: Call) -> list[str]:
    async def fetch(offset: int) -> Fetched[wire.ListedFlag, int]:
        return await client.flags(call, None, offset=offset, limit=FLAG_ROWS_MAX)

    found = await read_pages(fetch, 0, limit=_LOOKED_THROUGH)
    return get_close_matches(flag, [row.name for row in found.rows], n=_NAMED_MAX)


async def read_state(
    client: UnleashClient, config: UnleashConfig, project: str, change: ToggleFlag, call: Call
) -> FlagState:
    """What ``change`` would start from.

    :raises InvalidRequestError: see :func:`environment_of`.
    """
    flag = await client.flag(call, project, change.flag, link=flag_link(config, project, change.flag))
    environment = environment_of(flag, change)
    added = None
    if change.enabled and not environment.strategies:
        added = await _default_strategy(client, project, change.environment, call)
    return FlagState(flag, environment, added)


def environment_of(flag: wire.Flag, change: ToggleFlag) -> wire.FlagEnvironment:
    """That of ``change``.

    :raises InvalidRequestError: the flag is not in it; the text names those that it is in.
    """
    for one in flag.environments:
        if one.name == change.environment:
            return one
    names = ", ".join(one.name for one in flag.environments) or "none"
    raise InvalidRequestError(f"the environments of {change.flag} are {names}, not {change.environment!r}")


async def _default_strategy(client: UnleashClient, project: str, environment: str, call: Call) -> wire.Strategy:
    environments = (await client.project(call, project)).environments
    own = next((one.default_strategy for one in environments if one.environment == environment), None)
    return own or UNLEASHS_DEFAULT
