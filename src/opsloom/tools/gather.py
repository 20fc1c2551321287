"""Asking all sources of a capability, and never taking a silent one for an empty one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from opsloom.model.errors import ConfigurationError, InvalidRequestError, OpsloomError, ProviderError
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

    ``total`` is ``None`` as soon as one instance does not tell; ``cut`` are the instances that hold more rows.
    """

    rows: list[tuple[str, R]]
    sources: list[Source]
    total: int | None
    cut: frozenset[str]
    notes: list[str]
    evidence: list[str]
    errors: list[OpsloomError]

    @property
    def complete(self) -> bool:
        """Whether no row of those that answered is missing."""
        return not self.cut

    @property
    def answered(self) -> bool:
        """Whether any instance did."""
        return any(source.status == "ok" for source in self.sources)


async def gather(context: ToolContext, operation: Operation[Q, Page[R]], query: Q) -> Gathered[R]:
    """Ask every instance that can answer.

    :raises OpsloomError: none could be asked, or all of them failed; the text says why, for each.
    """
    found = await collect(context, operation, query)
    if not found.answered:
        raise all_failed(found.errors, context)
    return found


async def collect(
    context: ToolContext,
    operation: Operation[Q, Page[R]],
    query: Q,
    given_up: Mapping[str, OpsloomError] | None = None,
) -> Gathered[R]:
    """The same for a side question: failures are left to the reader of ``sources``.

    ``given_up`` are instances that are not asked, and why.

    :raises UnsupportedError: no instance can answer.
    """
    able, broken = context.hub.capable(operation.capability), context.hub.misconfigured(operation.capability)
    outcomes = await context.hub.ask(operation, query, given_up) if able or not broken else []
    context.seen.extend(ident for outcome in outcomes for ident in outcome.evidence)
    sources = [source_of(outcome, outcome.value) for outcome in outcomes]
    sources += [Source(one.name, "misconfigured", message=one.problem) for one in broken]
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    errors += [ConfigurationError(f"{one.name} is misconfigured ({one.problem})") for one in broken]
    pages = [(outcome.instance, outcome.value) for outcome in outcomes if outcome.value is not None]
    totals = [len(page.rows) if page.complete else page.total for _, page in pages]
    return Gathered(
        rows=[(instance, row) for instance, page in pages for row in page.rows],
        sources=sources,
        total=None if None in totals else sum(total for total in totals if total is not None),
        cut=frozenset(instance for instance, page in pages if not page.complete),
        notes=[f"{instance}: {note}" for instance, page in pages for note in page.notes],
        evidence=[ident for outcome in outcomes for ident in outcome.evidence],
        errors=errors,
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
    asked = [error for error in errors if not isinstance(error, ConfigurationError)]
    if asked and all(isinstance(error, InvalidRequestError) for error in asked):
        return InvalidRequestError(told)
    evidence = f" Evidence: {', '.join(context.seen)}." if context.seen else ""
    kind = type(errors[0]) if len({type(error) for error in errors}) == 1 else ProviderError
    return kind(f"No source answered, so this says nothing about the state of the systems. {told}.{evidence}")
