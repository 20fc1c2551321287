"""Answers of a search that are not whole, which Datadog says with status 200."""

from collections.abc import Iterator

from opsloom_adapters.datadog import wire


def notes_on_partial(meta: wire.SearchMeta | None) -> Iterator[str]:
    """Why rows may be missing; nothing where the search was whole."""
    if meta is None:
        return
    if meta.status == "timeout":
        yield "Datadog ran out of time and gave a part of what it has: narrow the window"
    if meta.warnings:
        yield f"Datadog gave {len(meta.warnings)} warnings with this answer, which may lack rows"
