"""One record, whole."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import Field

from opsloom.adapter_api.capabilities import AlertReader, DeployReader, IncidentReader, OwnershipReader, TicketReader
from opsloom.model.errors import InvalidRequestError, NotFoundError
from opsloom.model.limits import ANSWER_TOKENS_MAX, CELL_CHARS, DETAIL_CELL_CHARS, DIFF_MAX_CHARS
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.refs import Ref, RefKind
from opsloom.providers.hub import Outcome
from opsloom.providers.operations import GET_ALERT, GET_DEPLOY, GET_INCIDENT, GET_OWNERSHIP, GET_TICKET, Operation
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import all_failed, source_of
from opsloom.tools.registry import tool

T = TypeVar("T")
FETCH: dict[RefKind, Operation[str, Any]] = {
    RefKind.ALERT: GET_ALERT,
    RefKind.DEPLOY: GET_DEPLOY,
    RefKind.TICKET: GET_TICKET,
    RefKind.INCIDENT: GET_INCIDENT,
}


class Detail(StrEnum):
    """How much of a record."""

    SUMMARY = "summary"
    FULL = "full"


@tool(AlertReader, DeployReader, TicketReader, OwnershipReader, IncidentReader, title="Get one record")
async def get_record(
    context: ToolContext,
    ref: Annotated[str, Field(description="from the ref column of an answer", max_length=1_000)],
    detail: Annotated[Detail, Field(description="full: long texts and diffs uncut")] = Detail.SUMMARY,
) -> Answer:
    """All fields of one record; a deploy with its diff."""
    outcome, record = await fetch_record(context, Ref.parse(ref))
    full = detail is Detail.FULL
    return Answer(
        columns=("field", "value"),
        rows=[[name, _cell(value)] for name, value in record.items() if value not in (None, "", [], {})],
        sources=[source_of(outcome)],
        now=context.now,
        evidence=list(outcome.evidence),
        budget_tokens=ANSWER_TOKENS_MAX if full else ANSWER_TOKENS_MAX // 5,
        cell_chars=max(DIFF_MAX_CHARS, DETAIL_CELL_CHARS) if full else CELL_CHARS * 3,
    )


async def fetch_record(context: ToolContext, ref: Ref) -> tuple[Outcome[Any], dict[str, Any]]:
    """The record that ``ref`` names, as JSON values.

    :raises OpsloomError: the instance is unknown, failed, or has no such record.
    """
    if ref.kind is RefKind.SERVICE:
        query = OwnershipQuery(at=context.now, service=ref.native_id)
        found = await context.hub.fetch(GET_OWNERSHIP, ref.instance, query)
        page = _value(found, context)
        if not page.rows:
            raise NotFoundError(f"{ref.instance} knows no such service", instance=ref.instance)
        return found, page.rows[0].model_dump(mode="json")
    outcome = await context.hub.fetch(FETCH[ref.kind], ref.instance, ref.native_id)
    return outcome, _value(outcome, context).model_dump(mode="json")


def ref_of_kind(text: str, kind: RefKind | tuple[RefKind, ...], name: str) -> Ref:
    """The ref in the argument ``name``.

    :raises InvalidRequestError: it is none, or names something else.
    """
    kinds = kind if isinstance(kind, tuple) else (kind,)
    ref = Ref.parse(text)
    if ref.kind not in kinds:
        named = " or ".join(kinds)
        raise InvalidRequestError(f"{name} must be the ref of a record of kind {named}, such as {kinds[0]}:instance/id")
    return ref


def _value(outcome: Outcome[T], context: ToolContext) -> T:
    context.seen.extend(outcome.evidence)
    if isinstance(outcome.error, NotFoundError):
        raise outcome.error
    if outcome.error is not None or outcome.value is None:
        raise all_failed([outcome.error] if outcome.error else [], context)
    return outcome.value


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in sorted(value.items()) if item not in (None, "", []))
    if isinstance(value, list):
        return [_cell(item) for item in value]
    cell: Cell = value
    return cell
