"""DeployRoller on GitHub: an earlier commit is deployed again, or the one that was left, forward again."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, ChangeRevision, Effect, Observation, Order, Receipt
from opsloom.model.errors import ConflictError
from opsloom.model.limits import PLAN_AFFECTED_MAX
from opsloom_adapters.github import wire
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.config import GithubConfig
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import SHOWN_SHA_CHARS, title_of, version_of
from opsloom_adapters.github.repositories import Estate
from opsloom_adapters.github.rollback_choice import choose
from opsloom_adapters.github.rollback_routes import DeploymentRoute, Route, WorkflowRoute
from opsloom_adapters.github.writer import GithubWriter

_NOT_INSPECTED = "Database migrations and data written since."


@dataclass(frozen=True)
class Rollbacks:
    """Plans, makes and finds the rollbacks of one GitHub."""

    reader: GithubReader
    writer: GithubWriter
    config: GithubConfig
    estate: Estate

    async def plan(self, change: ChangeRevision, call: Call) -> ChangePlan:
        """What would be deployed instead of what, and which commits that takes back."""
        choice = await choose(self.reader, self.config, self.estate, change, call)
        links = Links(self.config)
        present, target = choice.present, choice.target
        page = links.comparison(choice.repository, target.sha, present.sha)
        between = await self.reader.compare(
            call, choice.repository, target.sha, present.sha, commits=PLAN_AFFECTED_MAX, link=page
        )
        route = self._route(links)
        return ChangePlan(
            change=choice.change,
            summary=f"Deploy {version_of(target)} of {change.service} to {choice.environment} "
            f"instead of {version_of(present)}",
            targets=(f"{choice.repository} {choice.environment}",),
            services=(change.service,),
            observed=choice.observed,
            effects=(
                Effect(what="deployed version", before=version_of(present), after=version_of(target)),
                Effect(what="commit", before=present.sha, after=target.sha),
                Effect(what="commits of the present one", before="deployed", after=_difference(between)),
                route.effect(choice),
            ),
            affects=tuple(_line(commit) for commit in between.commits[:PLAN_AFFECTED_MAX]),
            affected_count=between.ahead_by,
            inverse=choice.change.model_copy(update={"revision": present.sha, "comment": ""}),
            not_inspected=(_NOT_INSPECTED, *route.blind_spots),
            link=page,
        )

    async def apply(self, order: Order, call: Call) -> Receipt:
        """Do it. GitHub takes no condition: what was deployed last is read again just before.

        :raises ConflictError: something was deployed since the plan.
        """
        choice = await choose(self.reader, self.config, self.estate, change_of(order, ChangeRevision), call)
        if choice.observed != order.plan.observed:
            raise ConflictError(
                f"something was deployed to {choice.environment} since the plan; nothing was changed",
                instance=call.instance,
            )
        return await self._route(Links(self.config)).take(choice, order, call)

    async def observe(self, order: Order, call: Call) -> Observation:
        """Present while what was made at GitHub has not failed."""
        change = change_of(order, ChangeRevision)
        repository = self.estate.place_of(change.service).repository
        return await self._route(Links(self.config)).look(repository, change, order, call)

    def _route(self, links: Links) -> Route:
        workflow = self.config.rollback_workflow
        if workflow is None:
            return DeploymentRoute(self.reader, self.writer, links)
        return WorkflowRoute(self.reader, self.writer, links, self.config, workflow)


def _difference(between: wire.Comparison) -> str:
    forth = f", {between.behind_by} others come in" if between.behind_by else ""
    return f"{between.ahead_by} of them taken back{forth}"


def _line(commit: wire.Commit) -> str:
    return f"{commit.sha[:SHOWN_SHA_CHARS]} {title_of(commit.commit.message)[0]}"
