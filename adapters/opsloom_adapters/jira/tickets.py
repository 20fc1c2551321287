"""TicketReader on Jira."""

import re

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.errors import InvalidRequestError, NotFoundError, UnexpectedAnswerError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.client import PAGE_ROWS_MAX, JiraClient
from opsloom_adapters.jira.config import JiraConfig
from opsloom_adapters.jira.jql import jql_of
from opsloom_adapters.jira.links import ticket_link, tickets_link
from opsloom_adapters.jira.mapping import history_of, ticket_of

_KEY = re.compile(r"([A-Z][A-Z0-9_]*)-[1-9][0-9]*")


async def search_tickets(client: JiraClient, config: JiraConfig, query: TicketQuery, call: Call) -> Page[Ticket]:
    """The tickets of ``query``, last updated first.

    :raises InvalidRequestError: Jira takes the question for a wrong one.
    """
    jql = jql_of(query, config)
    link = tickets_link(config, jql)
    try:
        found = await _find(client, config, query, call, jql, link)
    except UnexpectedAnswerError as error:
        if error.status != 400:
            raise
        if not _says_no_such_service(error, query, config):
            raise InvalidRequestError(
                f"{call.instance} refused the search; check projects, service_field and service_field_type",
                upstream=error.upstream,
            ) from error
        note = f"no ticket of {call.instance} can be of this service: its {config.service_field} has no such value"
        return Page(rows=(), total=0, query=jql, link=link, notes=(note,))
    return Page(
        rows=found.rows,
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query=jql,
        link=link,
        notes=_notes(query, config, found),
    )


async def get_ticket(client: JiraClient, config: JiraConfig, native_id: str, call: Call) -> Ticket:
    """The ticket such as ``OPS-123``, with its latest changes and comments.

    :raises NotFoundError: there is none, or it is of a project that the settings do not name.
    """
    key = key_of(native_id, call)
    issue = await client.issue_with_changelog(call, key, link=ticket_link(config, key))
    check_project(issue, config, call)
    comments = await client.comments(call, issue.key)
    return ticket_of(issue, config, call.instance, history=history_of(issue.changelog, comments))


def key_of(native_id: str, call: Call) -> str:
    """``native_id``, if it looks like a key.

    :raises NotFoundError: it does not.
    """
    if not _KEY.fullmatch(native_id):
        raise NotFoundError(f"{call.instance} has no such ticket; its keys look like OPS-123", instance=call.instance)
    return native_id


def check_project(issue: wire.Issue, config: JiraConfig, call: Call) -> None:
    """Whether the settings let this issue be seen.

    :raises NotFoundError: they do not.
    """
    if config.projects and issue.fields.project.key not in config.projects:
        projects = ", ".join(config.projects)
        raise NotFoundError(f"{call.instance} is set to the projects {projects} only", instance=call.instance)


async def _find(
    client: JiraClient, config: JiraConfig, query: TicketQuery, call: Call, jql: str, link: str
) -> Gathered[Ticket]:
    rows = PAGE_ROWS_MAX if query.text or query.service else min(query.limit, PAGE_ROWS_MAX)

    async def fetch(token: str) -> Fetched[Ticket, str]:
        page = await client.search(call, jql, rows=rows, token=token, window=query.window, link=link)
        tickets = [ticket_of(issue, config, call.instance, query.service) for issue in page.issues]
        return Fetched(tickets, None if page.is_last else page.next_page_token)

    return await read_pages(fetch, "", limit=min(query.limit, PROVIDER_ROWS_MAX), wanted=query.matches)


def _says_no_such_service(error: UnexpectedAnswerError, query: TicketQuery, config: JiraConfig) -> bool:
    """Jira refuses a value that a field does not have, and quotes it; another one it quotes must be our mistake."""
    if query.service is None or config.service_field is None:
        return False
    quotes_a_project = any(f"'{project}'" in error.upstream for project in config.projects)
    return f"'{query.service}'" in error.upstream and not quotes_a_project


def _notes(query: TicketQuery, config: JiraConfig, found: Gathered[Ticket]) -> tuple[str, ...]:
    notes = []
    if query.text or (query.service and config.service_field is None):
        notes.append("Jira finds whole words of titles and descriptions: parts of words and comments were not searched")
    if not found.complete and len(found.rows) < query.limit:
        notes.append("there are more tickets than could be read: narrow the window")
    return tuple(notes)
