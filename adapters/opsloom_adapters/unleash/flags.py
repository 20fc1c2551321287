"""FlagReader on Unleash."""

import re

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.flags import FeatureFlag, FlagQuery
from opsloom.model.page import Page
from opsloom_adapters.unleash.client import FLAG_ROWS_MAX, UnleashClient
from opsloom_adapters.unleash.config import UnleashConfig
from opsloom_adapters.unleash.links import flags_link
from opsloom_adapters.unleash.mapping import flag_of

OF_NAMES = re.compile(r"[A-Za-z0-9._~!*'()-]*")
"""What a name may hold. In a search a comma would mean "or" to Unleash, and a NUL makes its database fail."""
NAMES_HOLD = "names of flags hold only letters, digits and . _ ~ ! * ' ( ) -"


async def search_flags(client: UnleashClient, config: UnleashConfig, query: FlagQuery, call: Call) -> Page[FeatureFlag]:
    """The flags of ``query`` by name, without archived ones.

    Unleash searches descriptions too and takes ``_`` for any character; what it finds too much is left out here, and
    so are flags that the environment does not have.
    """
    asked = f"flags with {query.text!r} in the name" if query.text else "flags"
    if query.text is not None and not OF_NAMES.fullmatch(query.text):
        return Page(rows=(), query=asked, notes=(NAMES_HOLD,))
    link = flags_link(config, query.text)
    environments: set[str] = set()

    async def fetch(offset: int) -> Fetched[FeatureFlag, int]:
        limit = min(max(query.limit, 1), FLAG_ROWS_MAX)
        page = await client.flags(call, query.text, offset=offset, limit=limit, link=link)
        environments.update(one.name for row in page.rows for one in row.environments)
        return Fetched([flag_of(row, config) for row in page.rows], page.next)

    found = await read_pages(fetch, 0, limit=query.limit, wanted=query.matches)
    elsewhere = query.environment is not None and environments and query.environment not in environments
    return Page(
        rows=found.rows,
        complete=found.complete,
        query=asked + (f" of project {config.project}" if config.project else ""),
        link=link,
        notes=(f"these flags are in the environments {', '.join(sorted(environments))}",) if elsewhere else (),
    )
