"""A ticket query as the filters of Roundup's REST API."""

from datetime import UTC, datetime, timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import Parameters
from opsloom.model.tickets import TicketQuery, TicketStatus
from opsloom.model.window import Window
from opsloom_adapters.roundup.client import RoundupClient
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.mapping import status_of

_NO_STATUS = "-1"


async def filters_of(client: RoundupClient, config: RoundupConfig, query: TicketQuery, call: Call) -> Parameters | None:
    """The filters, ANDed by Roundup; ``None`` if no ticket can fit because no status of the tracker does.

    Filtering by status asks for the tracker's statuses first: names that it does not know are an error there.
    """
    filters = [("activity", _activity(query.window))]
    filters += [("title", text) for text in _words_of_title(query, config)]
    if query.service and config.service_property:
        filters.append((config.service_property, query.service))
    if query.statuses:
        wanted = await _status_ids(client, config, query.statuses, call)
        if not wanted:
            return None
        filters.append(("status", ",".join(wanted)))
    return filters


def searches_titles_only(query: TicketQuery, config: RoundupConfig) -> bool:
    """Whether the question looks for words, which the REST API finds in titles and not in messages."""
    return bool(_words_of_title(query, config))


def _words_of_title(query: TicketQuery, config: RoundupConfig) -> list[str]:
    words = (query.text, None if config.service_property else query.service)
    return [word for word in words if word]


async def _status_ids(
    client: RoundupClient, config: RoundupConfig, wanted: frozenset[TicketStatus], call: Call
) -> list[str]:
    statuses = await client.items(call, "status")
    ids = [status.id for status in statuses if status_of(status.label, config) in wanted]
    return [*ids, _NO_STATUS] if TicketStatus.UNKNOWN in wanted else ids


def _activity(window: Window) -> str:
    """A range of whole seconds that holds the window. Without ``+0000`` Roundup would take it for local time
    of its user; a range that it cannot read it ignores, so the answer is checked again.
    """
    return f"{_moment(window.start)};{_moment(window.end + timedelta(seconds=1))}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d.%H:%M:%S+0000")
