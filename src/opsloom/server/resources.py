"""Resources: the same records as the tools give, under addresses that a person or a client can keep."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    ListResourcesResult,
    ListResourceTemplatesResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from opsloom.audit.reading import get_records
from opsloom.audit.record import CallStatus
from opsloom.model.errors import InvalidRequestError, NotFoundError, OpsloomError
from opsloom.model.limits import ANSWER_TOKENS_MAX, DETAIL_CELL_CHARS
from opsloom.model.refs import Ref
from opsloom.server.action_changes import ACTIONS_PREFIX, PENDING_URI
from opsloom.server.action_resources import read_action, read_pending
from opsloom.server.call_record import CURRENT_CALL, CallRecord
from opsloom.server.caller import name_of
from opsloom.server.incident_view import INCIDENT_VIEW_URI, listed_view, view_contents
from opsloom.server.runtime import Runtime
from opsloom.tools.answer import to_json
from opsloom.tools.dependencies import map_dependencies
from opsloom.tools.gather import sentence_of
from opsloom.tools.owners import get_owner
from opsloom.tools.records import Detail, get_record

PROVIDERS_URI = "ops://providers"
Contents = Sequence[tuple[str, str]]  # (media type, text)


DEPENDENCIES_SUFFIX = "/dependencies"


@dataclass(frozen=True)
class Template:
    """A family of resources: ``prefix`` + one variable + ``suffix``."""

    prefix: str
    variable: str
    name: str
    description: str
    read: Callable[[Runtime, CallRecord, str], Awaitable[Contents]]
    suffix: str = ""

    @property
    def uri(self) -> str:
        return f"{self.prefix}{{{self.variable}}}{self.suffix}"


async def _service(runtime: Runtime, record: CallRecord, name: str) -> Contents:
    context = runtime.tool_context(record)
    try:
        answer = await get_owner(context, service=unquote(name))
    finally:
        record.evidence = context.seen
    answer.budget_tokens, answer.cell_chars = ANSWER_TOKENS_MAX, DETAIL_CELL_CHARS
    return [_json(runtime.shown(answer, record))]


async def _dependencies(runtime: Runtime, record: CallRecord, name: str) -> Contents:
    context = runtime.tool_context(record)
    try:
        answer = await map_dependencies(context, service=unquote(name.removesuffix(DEPENDENCIES_SUFFIX)))
    finally:
        record.evidence = context.seen
    answer.budget_tokens = ANSWER_TOKENS_MAX
    return [_json(runtime.shown(answer, record))]


async def _service_part(runtime: Runtime, record: CallRecord, name: str) -> Contents:
    part = _dependencies if name.endswith(DEPENDENCIES_SUFFIX) else _service
    return await part(runtime, record, name)


async def _record(runtime: Runtime, record: CallRecord, text: str) -> Contents:
    ref = Ref.parse(text if ":" in text else unquote(text))
    context = runtime.tool_context(record)
    try:
        answer = await get_record(context, ref=str(ref), detail=Detail.FULL)
    finally:
        record.evidence = context.seen
    return [_json(runtime.shown(answer, record))]


async def _evidence(runtime: Runtime, record: CallRecord, ident: str) -> Contents:
    """What is known of it, then the payload itself, whose SHA-256 is ``payload_sha256``."""
    evidence, payload = await runtime.evidence.get(ident)
    record.evidence = [ident]
    media_type = evidence.media_type or "text/plain"
    return [_json(evidence.model_dump(mode="json")), (media_type, payload.decode("utf-8", "replace"))]


async def _investigation(runtime: Runtime, record: CallRecord, ident: str) -> Contents:
    findings = await runtime.investigations.findings_of(ident)
    record.investigation = ident
    record.evidence = await runtime.investigations.evidence_of(ident)
    return [
        _json(
            {
                "investigation": ident,
                "evidence": record.evidence,
                "findings": [finding.model_dump(mode="json") for finding in findings],
            }
        )
    ]


async def _audit(runtime: Runtime, _record: CallRecord, call: str) -> Contents:
    records = await anyio.to_thread.run_sync(get_records, runtime.store, call)
    if not records:
        raise NotFoundError("the log has no such call; ids come from 'opsloom audit list'")
    return [_json({"call": call, "records": records})]


async def _action(runtime: Runtime, record: CallRecord, key: str) -> Contents:
    return [_json(await read_action(runtime, record, key))]


TEMPLATES = (
    Template("ops://services/", "service", "service", "owner, on-call, escalation, neighbours", _service_part),
    Template(
        "ops://services/",
        "service",
        "dependencies",
        "who calls it and whom it calls",
        _service_part,
        suffix=DEPENDENCIES_SUFFIX,
    ),
    Template("ops://alerts/", "ref", "alert", "one alert, whole", _record),
    Template("ops://deploys/", "ref", "deploy", "one deploy or change with its diff", _record),
    Template("ops://tickets/", "ref", "ticket", "one ticket, whole", _record),
    Template("ops://evidence/", "id", "evidence", "what a provider said: request, digest, payload", _evidence),
    Template("ops://investigations/", "id", "investigation", "its evidence and findings", _investigation),
    Template(ACTIONS_PREFIX, "id", "action", "a change: plan, preview, decisions, outcome", _action),
    Template("ops://audit/", "call", "audited call", "the log's records of one call", _audit),
)


async def list_resources(
    context: ServerRequestContext[Runtime], _params: PaginatedRequestParams | None
) -> ListResourcesResult:
    """The resources without a variable; a read-only server has no approvals."""
    providers = Resource(
        uri=PROVIDERS_URI,
        name="providers",
        description="configured instances, what each can do, and which are misconfigured",
        mime_type="application/json",
    )
    pending = Resource(
        uri=PENDING_URI,
        name="pending approvals",
        description="changes that wait for a person",
        mime_type="application/json",
    )
    approvals = context.lifespan_context.approvals
    return ListResourcesResult(resources=[providers, *([pending] if approvals else []), listed_view()])


async def list_templates(
    _context: ServerRequestContext[Runtime], _params: PaginatedRequestParams | None
) -> ListResourceTemplatesResult:
    """All templates on one page."""
    return ListResourceTemplatesResult(
        resource_templates=[
            ResourceTemplate(
                uri_template=one.uri, name=one.name, description=one.description, mime_type="application/json"
            )
            for one in TEMPLATES
        ]
    )


async def read_resource(
    context: ServerRequestContext[Runtime], params: ReadResourceRequestParams
) -> ReadResourceResult:
    """Read one; nothing in a URI opens a file or a connection that is not configured."""
    runtime, record, uri = context.lifespan_context, CURRENT_CALL.get(), str(params.uri)
    if uri == INCIDENT_VIEW_URI:
        return ReadResourceResult(contents=[view_contents()])
    try:
        contents = await _contents_of(runtime, record, uri)
    except OpsloomError as error:
        wrong_uri = isinstance(error, InvalidRequestError | NotFoundError)
        record.status, record.error = (CallStatus.REJECTED if wrong_uri else CallStatus.ERROR), type(error).__name__
        code = INVALID_PARAMS if wrong_uri else INTERNAL_ERROR
        raise MCPError(code=code, message=runtime.safe(sentence_of(error), DETAIL_CELL_CHARS)) from None
    return ReadResourceResult(
        contents=[TextResourceContents(uri=uri, mime_type=media, text=text) for media, text in contents]
    )


async def _contents_of(runtime: Runtime, record: CallRecord, uri: str) -> Contents:
    if uri == PROVIDERS_URI:
        return [_json(_providers(runtime))]
    if uri == PENDING_URI:
        return [_json(await read_pending(runtime))]
    for template in TEMPLATES:
        value = uri.removeprefix(template.prefix)
        if value and value != uri:
            record.investigation = await runtime.investigations.resolve(name_of(record.actor), None)
            return await template.read(runtime, record, value)
    valid = ", ".join([PROVIDERS_URI, PENDING_URI, INCIDENT_VIEW_URI, *(template.uri for template in TEMPLATES)])
    raise InvalidRequestError(f"there is no such resource; resources are: {valid}")


def _providers(runtime: Runtime) -> dict[str, Any]:
    hub = runtime.hub
    return {
        "demo": runtime.demo,
        "instances": [
            {
                "instance": one.name,
                "adapter": one.kind,
                "capabilities": sorted(capability.__name__ for capability in one.capabilities),
                "documentation": one.adapter.manifest.documentation,
            }
            for one in hub.instances.values()
        ],
        "misconfigured": [{"instance": one.name, "problem": one.problem} for one in hub.broken],
    }


def _json(value: object) -> tuple[str, str]:
    return "application/json", to_json(value)
