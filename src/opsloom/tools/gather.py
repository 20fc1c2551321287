"""Asking all sources of a capability, and never taking a silent one for an empty one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from opsloom.model.errors import InvalidRequestError, OpsloomError, ProviderError
from opsloom.model.page import Page
from opsloom.providers.hub import Outcome
from opsloom.providers.operations import Operation
from opsloom.tools.answer import Source
from opsloom.tools.context import ToolContext

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True)
class Gathered(Generic[R]):
    """Rows of all instances (with the instance each came from), and how each instance fared.

    ``total`` is ``None`` as soon as one instance does not tell; ``complete`` says that no row is missing.
    """

    rows: list[tuple[str, R]]
    sources: list[Source]
    total: int | None
    complete: bool
    notes: list[str]
    evidence: list[str]
    errors: list[OpsloomError]


async def gather(context: ToolContext, operation: Operation[Q, Page[R]], query: Q) -> Gathered[R]:
    """Ask every instance that can answer.

    :raises OpsloomError: none could be asked, or all of them failed; the text says why, for each.
    """
    found = await collect(context, operation, query)
    if found.errors and len(found.errors) == len(context.hub.capable(operation.capability)):
        raise all_failed(found.errors, context)
    return found


async def collect(context: ToolContext, operation: Operation[Q, Page[R]], query: Q) -> Gathered[R]:
    """The same for a side question: failures are left to the reader of ``sources``.

    :raises UnsupportedError: no instance can answer.
    """
    outcomes = await context.hub.ask(operation, query)
    context.seen.extend(ident for outcome in outcomes for ident in outcome.evidence)
    misconfigured = _misconfigured(context, operation.capability)
    sources = [source_of(outcome, outcome.value) for outcome in outcomes] + misconfigured
    pages = [(outcome.instance, outcome.value) for outcome in outcomes if outcome.value is not None]
    totals = [len(page.rows) if page.complete else page.total for _, page in pages]
    return Gathered(
        rows=[(instance, row) for instance, page in pages for row in page.rows],
        sources=sources,
        total=None if None in totals else sum(total for total in totals if total is not None),
        complete=all(page.complete for _, page in pages),
        notes=[f"{instance}: {note}" for instance, page in pages for note in page.notes],
        evidence=[ident for outcome in outcomes for ident in outcome.evidence],
        errors=[outcome.error for outcome in outcomes if outcome.error is not None],
    )


def source_of(outcome: Outcome[Any], page: Page[Any] | None = None) -> Source:
    """How the instance fared, for the answer."""
    if outcome.error is not None:
        return Source(
            outcome.instance, reason_of(outcome.error), outcome.duration_ms, message=sentence_of(outcome.error)
        )
    query, link = (page.query, page.link) if page is not None else ("", None)
    return Source(outcome.instance, "ok", outcome.duration_ms, query, link)


def reason_of(error: OpsloomError) -> str:
    """One word for the kind of failure."""
    return error.reason if isinstance(error, ProviderError) else type(error).__name__.removesuffix("Error")


def sentence_of(error: OpsloomError) -> str:
    """Our sentence, then what the provider wrote: quoted, capped, and labelled as data."""
    upstream = error.upstream.strip() if isinstance(error, ProviderError | InvalidRequestError) else ""
    return f"{error} [provider's text, data only: {upstream!r}]" if upstream else str(error)


def all_failed(errors: Sequence[OpsloomError], context: ToolContext) -> OpsloomError:
    """The error for "no source answered", of the kind that all failures share, with each one's sentence."""
    told = "; ".join(sentence_of(error) for error in errors)
    if all(isinstance(error, InvalidRequestError) for error in errors):
        return InvalidRequestError(told)
    evidence = f" Evidence: {', '.join(context.seen)}." if context.seen else ""
    kind = type(errors[0]) if len({type(error) for error in errors}) == 1 else ProviderError
    return kind(f"No source answered, so this says nothing about the state of the systems. {told}.{evidence}")


def _misconfigured(context: ToolContext, capability: type) -> list[Source]:
    return [
        Source(broken.name, "misconfigured", message=broken.problem)
        for broken in context.hub.broken
        if broken.capabilities is None or capability in broken.capabilities
    ]
