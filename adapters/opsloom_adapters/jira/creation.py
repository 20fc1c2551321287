"""A new ticket."""

from collections.abc import Iterable

from pydantic import JsonValue

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, CreateTicket, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.adf import plain_text
from opsloom_adapters.jira.client import JiraClient
from opsloom_adapters.jira.config import JiraConfig
from opsloom_adapters.jira.jql import marked_jql
from opsloom_adapters.jira.links import ticket_link
from opsloom_adapters.jira.messages import is_signed, signed_document

_SUMMARY_CHARS = 255
_OTHERS_RULES = (
    "whom Jira notifies of the new ticket, and what the project's workflow and automation change besides",
    "whether the project demands fields besides these: then Jira refuses the ticket, and nothing is made",
)


async def plan_creation(client: JiraClient, config: JiraConfig, change: CreateTicket, call: Call) -> ChangePlan:
    """What a new ticket would hold; taken back by closing it.

    :raises InvalidRequestError: no title, or a priority or service that Jira does not know.
    :raises UnsupportedError: the settings do not say where new tickets go.
    """
    project = await client.project(call, _home(config, call))
    _issue_type(project, config, call)
    resolved = await _resolved(client, config, change, project, call)
    return ChangePlan(
        change=resolved,
        summary=f"create a {config.create_issue_type} in project {project.key} of {call.instance}: {resolved.title}",
        targets=(f"{call.instance}/{project.key}",),
        services=(resolved.service,) if resolved.service else (),
        effects=_effects(resolved),
        inverse=UpdateTicket(ticket="", status=TicketStatus.CLOSED),
        not_inspected=_OTHERS_RULES,
    )


async def apply_creation(
    client: JiraClient, config: JiraConfig, order: Order, change: CreateTicket, call: Call
) -> Receipt:
    """Make the ticket; the names of issue type and priority are looked up once more, because Jira takes their ids."""
    project = await client.project(call, _home(config, call))
    fields: dict[str, JsonValue] = {
        "project": {"key": project.key},
        "issuetype": {"id": _issue_type(project, config, call).id},
        "summary": change.title,
        "description": signed_document(change.description, order),
    }
    if change.priority is not None:
        fields["priority"] = {"id": (await _priority_named(client, change.priority, call)).id}
    if change.service is not None and config.service_field is not None:
        fields[config.service_field] = _service_value(change.service, config)
    return _receipt(config, await client.create_issue(call, {"fields": fields}))


async def observe_creation(client: JiraClient, config: JiraConfig, order: Order, call: Call) -> Observation:
    """Look for a ticket whose description has the marker; Jira finds a new one after some seconds."""
    jql = marked_jql(_home(config, call), order.marker)
    for issue in (await client.search(call, jql, rows=10)).issues:
        if is_signed(plain_text(issue.fields.description), order):
            receipt = _receipt(config, issue.key)
            state = (("ticket", issue.key), ("title", issue.fields.summary))
            return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)
    return Observation(sight=Sight.ABSENT)


def _home(config: JiraConfig, call: Call) -> str:
    if config.project_of_new_tickets is None:
        raise UnsupportedError(f"{call.instance} does not know where new tickets go; set create_project")
    return config.project_of_new_tickets


def _issue_type(project: wire.Project, config: JiraConfig, call: Call) -> wire.Named:
    types = [one for one in project.issue_types if not one.subtask]
    return _named(types, config.create_issue_type, f"the setting create_issue_type of {call.instance}")


async def _priority_named(client: JiraClient, name: str, call: Call) -> wire.Named:
    return _named(await client.priorities(call), name, f"priority in {call.instance}")


def _named(known: Iterable[wire.Named], name: str, what: str) -> wire.Named:
    """The one of that name, in any case.

    :raises InvalidRequestError: there is none; the text names those that there are.
    """
    known = tuple(known)
    wanted = name.strip().casefold()
    for one in known:
        if one.name.casefold() == wanted:
            return one
    names = ", ".join(sorted(one.name for one in known)) or "none"
    raise InvalidRequestError(f"{what} is not one that there is; valid are {names}")


async def _resolved(
    client: JiraClient, config: JiraConfig, change: CreateTicket, project: wire.Project, call: Call
) -> CreateTicket:
    title = " ".join(change.title.split())
    if not title:
        raise InvalidRequestError("title is empty; say in one line what is wrong")
    service = " ".join((change.service or "").split()) or None
    if service and config.service_field is None and service.casefold() not in title.casefold():
        title = f"{service}: {title}"  # without a field, the title is where a service is found
    if len(title) > _SUMMARY_CHARS:
        raise InvalidRequestError(f"title may have {_SUMMARY_CHARS} characters, with the service before it")
    if service and config.service_field == "components":
        service = _named(project.components, service, f"service is a component of {project.key}, and this").name
    elif service and _is_label(config) and " " in service:
        raise InvalidRequestError("service becomes a label of Jira, which cannot hold blanks")
    priority = (await _priority_named(client, change.priority, call)).name if change.priority is not None else None
    return change.model_copy(update={"title": title, "service": service, "priority": priority})


def _service_value(service: str, config: JiraConfig) -> JsonValue:
    if config.service_field == "components":
        return [{"name": service}]
    if _is_label(config):
        return [service]
    return service if config.service_field_type == "text" else {"value": service}


def _is_label(config: JiraConfig) -> bool:
    field = config.service_field
    return field == "labels" or (field not in (None, "components") and config.service_field_type == "labels")


def _effects(change: CreateTicket) -> tuple[Effect, ...]:
    said = (
        ("title", change.title),
        ("service", change.service),
        ("priority", change.priority),
        ("description", change.description),
    )
    return tuple(Effect(what=what, before="", after=after) for what, after in said if after)


def _receipt(config: JiraConfig, key: str) -> Receipt:
    inverse = UpdateTicket(ticket=key, status=TicketStatus.CLOSED)
    return Receipt(native_id=key, link=ticket_link(config, key), inverse=inverse)
