"""The requests to Backstage's catalog API.

Source: https://backstage.io/docs/features/software-catalog/software-catalog-api
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.errors import PermissionDeniedError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom_adapters.backstage import wire
from opsloom_adapters.backstage.wire import Entity

_BY_QUERY = "/api/catalog/entities/by-query"
_BY_REFS = "/api/catalog/entities/by-refs"
_BY_NAME = ("orderField", "metadata.name,asc")
_REFS_PER_REQUEST = 300  # Backstage reads no JSON body over 100 kB, and a ref is at most 200 characters


@dataclass(frozen=True)
class Selection:
    """What is read of each entity, and how many of them a page holds."""

    fields: tuple[str, ...]
    page_rows: int


WHOLE = Selection(("apiVersion", "kind", "metadata", "spec.type", "spec.lifecycle", "spec.profile", "relations"), 200)
"""All that we show; the rest of ``spec`` may be as large as the definition of an API."""
ENDS = Selection(("apiVersion", "kind", "metadata.name", "metadata.namespace", "spec.type", "relations"), 1_000)
"""What an entity tells of dependencies."""
PLACE = Selection(("apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.annotations"), 1_000)
"""What a component tells of its folder."""


@dataclass(frozen=True)
class Found:
    """Entities by name; ``total`` counts what is wanted, ``None`` where Backstage does not count exactly that."""

    entities: tuple[Entity, ...]
    complete: bool
    total: int | None


class BackstageClient:
    """Asks one Backstage; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def find(
        self,
        call: Call,
        filters: Sequence[str],
        selection: Selection,
        *,
        limit: int,
        text: str | None = None,
        wanted: Callable[[Entity], bool] = lambda _entity: True,
        link: str | None = None,
    ) -> Found:
        """``GET /api/catalog/entities/by-query``: entities that fit any of ``filters`` and are ``wanted``.

        ``text`` is what Backstage looks for in name and title, in which ``_`` and ``%`` stand for any letters.
        """
        asked = [*(("filter", one) for one in filters), _BY_NAME]
        if text:
            asked += [("fullTextFilterTerm", text), ("fullTextFilterFields", "metadata.name,metadata.title")]
        shown = (("limit", str(min(limit, selection.page_rows))), ("fields", ",".join(selection.fields)))
        totals: list[int] = []

        async def fetch(cursor: str) -> Fetched[Entity, str]:
            """A cursor holds the question; Backstage takes no filters beside it."""
            question = (*shown, ("cursor", cursor)) if cursor else (*shown, *asked)
            page = await self._http.get_parsed(call, _BY_QUERY, wire.QUERY_PAGE, parameters=question, link=link)
            totals.append(page.total_items)
            return Fetched(page.items, page.page_info.next_cursor)

        gathered = await read_pages(fetch, "", limit=limit, wanted=wanted, most=max(limit, PROVIDER_ROWS_MAX))
        counted = None if text else totals[0]
        return Found(gathered.rows, gathered.complete, len(gathered.rows) if gathered.complete else counted)

    async def by_refs(self, call: Call, refs: Collection[EntityRef]) -> list[Entity]:
        """``POST /api/catalog/entities/by-refs``: those of ``refs`` that there are."""
        found: list[Entity] = []
        for some in _batches(refs):
            question = {"entityRefs": [str(ref) for ref in some], "fields": list(WHOLE.fields)}
            batch = await self._http.ask_parsed(call, _BY_REFS, question, wire.BATCH)
            found += [entity for entity in batch.items if entity is not None]
        return found

    async def probe(self, call: Call) -> Probe:
        """Whether the credential is shown anything; Backstage tells no version.

        A credential without ``catalog.entity.read`` is shown an empty catalog, with status 200.

        :raises PermissionDeniedError: it is shown nothing.
        """
        question: Parameters = (("limit", "1"), ("fields", "apiVersion,kind,metadata.name"))
        reply = await self._http.get(call, _BY_QUERY, parameters=question, headers={"accept": "application/json"})
        if not parse_json(reply.body, wire.QUERY_PAGE, call.instance).items:
            raise PermissionDeniedError(
                f"{call.instance} shows this credential no entities at all; it needs: catalog.entity.read "
                "(or the catalog is empty, as in the first seconds after a start)",
                instance=call.instance,
            )
        return Probe(server_time=reply.date)


def _batches(refs: Collection[EntityRef]) -> Iterator[list[EntityRef]]:
    left = iter(sorted(refs, key=str))
    while some := list(islice(left, _REFS_PER_REQUEST)):
        yield some
