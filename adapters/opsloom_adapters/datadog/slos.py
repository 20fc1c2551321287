"""SloReader on Datadog's service level objectives."""

from collections.abc import Iterator
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS
from opsloom.model.page import Page
from opsloom.model.slo import SloQuery, SloStatus
from opsloom_adapters.datadog import wire
from opsloom_adapters.datadog.alert_mapping import time_of
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.links import slo_link, slos_link
from opsloom_adapters.datadog.tags import tag_value, value_in

_PAGE_SLOS_MAX = 100
_DAYS = {"7d": 7, "30d": 30, "90d": 90}


async def search_slos(client: DatadogClient, site_url: str, query: SloQuery, call: Call) -> Page[SloStatus]:
    """How the SLOs of ``query`` stand; one with several timeframes gives a row for each."""
    asked = f"service:{tag_value(query.service, 'service')}" if query.service is not None else ""
    link = slos_link(site_url, asked)
    page_size = _PAGE_SLOS_MAX if query.text else min(query.limit + 1, _PAGE_SLOS_MAX)

    async def fetch(page: int) -> Fetched[SloStatus, int]:
        reply = await client.slos(call, asked, page=page, page_size=page_size, link=link)
        slos = reply.data.attributes.slos
        rows = [row for one in slos for row in _statuses_of(one.data, site_url, query, call)]
        return Fetched(rows, page + 1 if len(slos) >= page_size else None)

    found = await read_pages(fetch, 0, limit=query.limit, wanted=query.matches)
    past = query.at < call.now - timedelta(seconds=PRESENT_TOLERANCE_SECONDS)
    return Page(
        rows=found.rows,
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query=asked or "all SLOs",
        link=link,
        notes=("Datadog tells how SLOs stand now, not how they stood at that time",) if past else (),
    )


def _statuses_of(slo: wire.SloRecord, site_url: str, query: SloQuery, call: Call) -> Iterator[SloStatus]:
    said = slo.attributes
    service = value_in((*said.service_tags, *said.all_tags), "service", query.service)
    for one in said.overall_status or said.thresholds:
        if one.timeframe in _DAYS:
            yield SloStatus(
                name=said.name,
                title=said.description,
                service=service,
                objective=one.target / 100,
                window_seconds=_DAYS[one.timeframe] * 86_400,
                measured=None if one.status is None else one.status / 100,
                budget_left=None if one.error_budget_remaining is None else one.error_budget_remaining / 100,
                status_raw=f"{one.state}: {one.error}" if one.error else one.state,
                at=time_of(one.indexed_at) or call.now,
                link=slo_link(site_url, slo.id),
            )
