"""The contract of adapters, kept by the GitHub adapter, by either way to roll back.

What the trimmed schema lacks is documented at https://docs.github.com/en/rest?apiVersion=2022-11-28.
"""

from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.capabilities import OwnershipReader
from opsloom.adapter_api.contract_kit import CannedReply, Words
from opsloom.model.changes import ChangeRevision, CreateTicket, UpdateTicket
from opsloom.model.deploys import DeployStatus
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.github import GithubAdapter
from opsloom_adapters.github.mapping import deploy_status_of, ticket_status_of
from tests.adapters.github.shapes import (
    GOOD,
    PRESENT,
    REPOSITORY,
    comment,
    commit,
    comparison,
    content,
    deployment,
    file,
    issue,
    repository,
    run,
    status,
    user,
)
from tests.contract.spec import SpecContract

_DOCS = "https://docs.github.com/en/rest"
_AT = f"/repos/{REPOSITORY}"
_NOTHING = '{"message": "Not Found"}'


def _deployments(request: httpx.Request) -> list[dict[str, Any]]:
    """Two to the environment. A search sees one: the kit counts the bytes of all answers, and statuses are asked for
    several at a time.
    """
    newest = deployment(42, PRESENT)
    if "environment" not in request.url.params:
        return [newest]
    return [newest, deployment(41, GOOD, ref="v1.4.0", created_at="2026-03-03T07:00:00Z")]


class TestGithub(SpecContract):
    adapter = GithubAdapter
    settings: ClassVar[dict[str, Any]] = {
        "adapter": "github",
        "base_url": "http://github.test/api/v3",
        "repositories": [REPOSITORY],
        "releases": True,
        "token": {"env": "GITHUB_TOKEN"},
        "write_token": {"env": "GITHUB_WRITE_TOKEN"},
    }
    specs: ClassVar = {"github": ""}
    beyond_schema: ClassVar = {
        f"GET {_AT}": f"{_DOCS}/repos/repos#get-a-repository",
        f"GET {_AT}/releases*": f"{_DOCS}/releases/releases",
        f"GET {_AT}/commits/*": f"{_DOCS}/commits/commits#get-a-commit",
        f"GET {_AT}/issues/42": f"{_DOCS}/issues/issues#get-an-issue",
        f"PATCH {_AT}/issues/*": f"{_DOCS}/issues/issues#update-an-issue",
        f"GET {_AT}/assignees": f"{_DOCS}/issues/assignees#list-assignees",
        f"GET {_AT}/contents/.github/*": f"{_DOCS}/repos/contents#get-repository-content",
        f"GET {_AT}/actions/workflows/*": f"{_DOCS}/actions/workflow-runs#list-workflow-runs-for-a-workflow",
    }
    replies: ClassVar = {
        f"GET {_AT}/deployments": _deployments,
        f"POST {_AT}/deployments": deployment(43, GOOD),
        f"GET {_AT}/deployments/*/statuses": [status()],
        f"GET {_AT}/deployments/*": deployment(42, PRESENT),
        f"GET {_AT}/compare/*": comparison(file()),
        f"GET {_AT}/releases": [{"id": 9, "tag_name": "v1.4.0", "name": "1.4", "published_at": "2026-03-03T06:00:00Z"}],
        f"GET {_AT}/commits": [commit()],
        f"GET {_AT}/commits/*": commit(files=[file()]),
        f"GET {_AT}/issues": [issue(42), issue(43, state="closed")],
        f"POST {_AT}/issues": issue(44),
        f"GET {_AT}/issues/*/comments": [comment()],
        f"POST {_AT}/issues/*/comments": comment(8),
        f"GET {_AT}/issues/*": issue(42),
        f"PATCH {_AT}/issues/*": issue(42, state="closed"),
        f"GET {_AT}/assignees": [user("lead-b"), user("oncall-a")],
        f"GET {_AT}/contents/.github/CODEOWNERS": CannedReply(_NOTHING.encode(), status=404),
        f"GET {_AT}/contents/CODEOWNERS": content("* @acme/payments\n"),
        f"GET {_AT}/actions/workflows/*/runs": {"total_count": 1, "workflow_runs": [run()]},
        f"POST {_AT}/actions/workflows/*/dispatches": CannedReply(b"", status=204),
        f"GET {_AT}": repository(),
    }
    optional_requests: ClassVar = {f"GET {_AT}/compare/*": "without the base a deployment is shown without its files"}
    changes: ClassVar = (
        ChangeRevision(service="checkout", environment="production"),
        CreateTicket(title="checkout is slow", description="Since 08:00."),
        UpdateTicket(ticket=f"{REPOSITORY}#42", status=TicketStatus.CLOSED, assignee="lead-b"),
        UpdateTicket(ticket=f"{REPOSITORY}#42", comment="fixed", links=("https://acme.example/1",)),
    )
    questions: ClassVar = {
        OwnershipReader.get_ownership: [
            OwnershipQuery(at=SpecContract.now, service="checkout"),
            OwnershipQuery(at=SpecContract.now, path="app.py"),
        ]
    }
    empty_replies: ClassVar = {
        f"GET {_AT}/deployments": ["[]"],
        f"GET {_AT}/deployments/*/statuses": ["[]"],
        f"GET {_AT}/releases": ["[]"],
        f"GET {_AT}/commits": ["[]"],
        f"GET {_AT}/issues": ["[]"],
        f"GET {_AT}/issues/*/comments": ["[]"],
    }
    words: ClassVar = {
        DeployStatus: Words(
            deploy_status_of, ("error", "failure", "inactive", "pending", "success", "queued", "in_progress", "waiting")
        ),
        TicketStatus: Words(ticket_status_of, ("open", "closed")),
    }


class TestGithubByWorkflow(TestGithub):
    settings: ClassVar = {**TestGithub.settings, "rollback_workflow": "rollback.yml"}
