"""The two ways in which GitHub is told to roll back: a deployment, or a run of a workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol

from pydantic import JsonValue

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision, Effect, Observation, Order, Receipt, Sight
from opsloom.model.deploys import DeployStatus
from opsloom.model.window import Window
from opsloom_adapters.github import wire
from opsloom_adapters.github.client import PER_PAGE_MAX, GithubReader
from opsloom_adapters.github.config import PLACEHOLDER, GithubConfig
from opsloom_adapters.github.deployment_history import read_history
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import deploy_status_of
from opsloom_adapters.github.rollback_choice import Choice
from opsloom_adapters.github.writer import GithubWriter

_DESCRIPTION_CHARS = 140
_LOOKED_BACK = timedelta(days=7)
_ENDED_BADLY = frozenset(
    {"failure", "cancelled", "timed_out", "startup_failure", "action_required", "stale", "skipped"}
)
_OURS = "opsloom-"


class Route(Protocol):
    """A way to have a revision deployed; ``blind_spots`` are what nobody can look at beforehand."""

    @property
    def blind_spots(self) -> tuple[str, ...]: ...

    def effect(self, choice: Choice) -> Effect:
        """What is made at GitHub."""
        ...

    async def take(self, choice: Choice, order: Order, call: Call) -> Receipt: ...

    async def look(self, repository: str, change: ChangeRevision, order: Order, call: Call) -> Observation: ...


@dataclass(frozen=True)
class DeploymentRoute:
    """A new deployment of the old commit, which whoever deploys hears of as of any other."""

    reader: GithubReader
    writer: GithubWriter
    links: Links
    blind_spots: ClassVar[tuple[str, ...]] = (
        "Whether something hears of the new deployment and carries it out.",
        "Checks of the old commit: they are not required again.",
    )

    def effect(self, choice: Choice) -> Effect:
        return Effect(what=f"deployments to {choice.environment}", before="", after=f"one of {choice.target.sha}")

    async def take(self, choice: Choice, order: Order, call: Call) -> Receipt:
        target = choice.target
        payload: dict[str, JsonValue] = {
            "action": order.marker,
            "kind": "rollback" if target.id < choice.present.id else "deploy",
            "instead_of": choice.present.sha,
            "requested_by": order.requester,
            "approved_by": order.approver,
        }
        said = f"{order.marker}: asked for by {order.requester}, approved by {order.approver}"
        made = await self.writer.create_deployment(
            call,
            choice.repository,
            {
                "ref": target.sha,
                "task": "deploy",
                "auto_merge": False,
                "required_contexts": [],
                "payload": {"opsloom": payload},
                "environment": choice.environment,
                "description": " ".join(said.split())[:_DESCRIPTION_CHARS],
                "production_environment": target.production_environment,
                "transient_environment": target.transient_environment,
            },
            link=self.links.deployments(choice.repository, choice.environment),
        )
        return self._receipt(choice.repository, made, order)

    async def look(self, repository: str, change: ChangeRevision, order: Order, call: Call) -> Observation:
        history = await read_history(self.reader, self.links, repository, change.environment, call)
        made = next((one for one in history if order.marker in one.description), None)
        if made is None:
            return Observation(sight=Sight.ABSENT)
        status = await self.reader.latest_status(call, repository, made.id)
        state = (("deployment", str(made.id)), ("commit", made.sha), ("status", status.state if status else ""))
        if status is not None and deploy_status_of(status.state) is DeployStatus.FAILED:
            return Observation(sight=Sight.ABSENT, state=state)
        return Observation(sight=Sight.PRESENT, state=state, receipt=self._receipt(repository, made, order))

    def _receipt(self, repository: str, made: wire.Deployment, order: Order) -> Receipt:
        return Receipt(
            native_id=f"{repository}/deployments/{made.id}",
            link=self.links.deployments(repository, made.environment),
            inverse=order.plan.inverse,
        )


@dataclass(frozen=True)
class WorkflowRoute:
    """A run of the operator's own workflow, found again by the marker in its title (``run-name``)."""

    reader: GithubReader
    writer: GithubWriter
    links: Links
    config: GithubConfig
    workflow: str
    blind_spots: ClassVar[tuple[str, ...]] = ("What the workflow does, and whether it takes these inputs.",)

    def effect(self, choice: Choice) -> Effect:
        inputs = self._inputs(choice, "(the action's marker)")
        shown = ", ".join(f"{name}={value}" for name, value in inputs.items())
        return Effect(
            what=f"runs of {self.workflow} at {self.config.rollback_ref}", before="", after=f"one with {shown}"
        )

    async def take(self, choice: Choice, order: Order, call: Call) -> Receipt:
        inputs: dict[str, JsonValue] = dict(self._inputs(choice, order.marker))
        body: dict[str, JsonValue] = {"ref": self.config.rollback_ref, "inputs": inputs}
        if not self.config.is_enterprise_server:  # older ones refuse what they do not know
            body["return_run_details"] = True
        page = self.links.workflow(choice.repository, self.workflow)
        started = await self.writer.dispatch_workflow(call, choice.repository, self.workflow, body, link=page)
        if started is None:
            return Receipt(link=page, inverse=order.plan.inverse)
        return self._receipt(choice.repository, started.workflow_run_id, order)

    async def look(self, repository: str, change: ChangeRevision, order: Order, call: Call) -> Observation:
        """Absent if nothing was started, or all that was shows markers, of other actions."""
        window = Window(start=call.now - _LOOKED_BACK, end=call.now)
        runs = await self.reader.workflow_runs(call, repository, self.workflow, window)
        run = next((one for one in runs if order.marker in one.display_title), None)
        if run is None:
            tells = len(runs) < PER_PAGE_MAX and all(_OURS in one.display_title for one in runs)
            return Observation(sight=Sight.ABSENT if tells else Sight.UNOBSERVABLE)
        state = (("run", str(run.id)), ("status", run.status), ("conclusion", run.conclusion))
        if run.conclusion in _ENDED_BADLY:
            return Observation(sight=Sight.ABSENT, state=state)
        return Observation(sight=Sight.PRESENT, state=state, receipt=self._receipt(repository, run.id, order))

    def _inputs(self, choice: Choice, marker: str) -> Mapping[str, str]:
        values = {
            "revision": choice.target.sha,
            "environment": choice.environment,
            "service": choice.change.service,
            "marker": marker,
        }
        fill = self.config.rollback_inputs.items()
        return {name: PLACEHOLDER.sub(lambda found: values[found[1]], text) for name, text in fill}

    def _receipt(self, repository: str, run: int, order: Order) -> Receipt:
        return Receipt(native_id=str(run), link=self.links.run(repository, run), inverse=order.plan.inverse)
