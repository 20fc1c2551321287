"""The lists of GitHub that are read for searches."""

from opsloom.model.tickets import TicketQuery, TicketStatus
from opsloom.model.window import Window, format_time
from opsloom_adapters.github import wire
from opsloom_adapters.github.client import PER_PAGE_MAX, Listing, repository_path
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.repositories import Place


def deployments(
    repository: str,
    environment: str | None,
    links: Links,
    *,
    window: Window | None = None,
    per_page: int = PER_PAGE_MAX,
) -> Listing[wire.Deployment]:
    """``GET /repos/{owner}/{repo}/deployments``, newest first; it cannot be asked for a time."""
    return Listing(
        f"{repository_path(repository)}/deployments",
        wire.DEPLOYMENTS,
        (("environment", environment),) if environment else (),
        window=window,
        link=links.deployments(repository, environment),
        per_page=per_page,
    )


def commits(place: Place, window: Window, links: Links, *, per_page: int) -> Listing[wire.Commit]:
    """``GET /repos/{owner}/{repo}/commits`` of the default branch, newest first, those that touch the folder only."""
    parameters = [("since", format_time(window.start)), ("until", format_time(window.end))]
    if place.folder:
        parameters.append(("path", place.folder))
    return Listing(
        f"{repository_path(place.repository)}/commits",
        wire.COMMITS,
        parameters,
        window=window,
        link=links.commits(place.repository),
        per_page=per_page,
    )


def releases(repository: str, window: Window, links: Links) -> Listing[wire.Release]:
    """``GET /repos/{owner}/{repo}/releases``, newest first."""
    path = f"{repository_path(repository)}/releases"
    return Listing(path, wire.RELEASES, window=window, link=links.releases(repository))


def issues(repository: str, query: TicketQuery, links: Links) -> Listing[wire.Issue]:
    """``GET /repos/{owner}/{repo}/issues``, the last changed first; pull requests are among them."""
    states = query.statuses & {TicketStatus.OPEN, TicketStatus.CLOSED}
    parameters = (
        ("state", next(iter(states)).value if len(states) == len(query.statuses) == 1 else "all"),
        *(("sort", "updated"), ("direction", "desc"), ("since", format_time(query.window.start))),
    )
    path = f"{repository_path(repository)}/issues"
    return Listing(path, wire.ISSUES, parameters, window=query.window, link=links.issues(repository))


def new_issues(repository: str, links: Links) -> Listing[wire.Issue]:
    """``GET /repos/{owner}/{repo}/issues``, the last created first."""
    parameters = (("state", "all"), ("sort", "created"), ("direction", "desc"))
    return Listing(f"{repository_path(repository)}/issues", wire.ISSUES, parameters, link=links.issues(repository))


def comments(repository: str, number: int, links: Links, *, since: str = "") -> Listing[wire.Comment]:
    """``GET /repos/{owner}/{repo}/issues/{number}/comments``, oldest first; ``since``: changed then or later."""
    return Listing(
        f"{repository_path(repository)}/issues/{number}/comments",
        wire.COMMENTS,
        (("since", since),) if since else (),
        link=links.issue(repository, number),
    )


def assignees(repository: str, links: Links) -> Listing[wire.User]:
    """``GET /repos/{owner}/{repo}/assignees``: who can be assigned."""
    return Listing(f"{repository_path(repository)}/assignees", wire.USERS, link=links.repository(repository))
