"""A rule of the policy: what it matches, and what it asks. A freeze: what may not be changed for a while."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, Strict, model_validator

from opsloom.approval.policy_glob import matches_any
from opsloom.approval.policy_predicate import Predicate, holds
from opsloom.approval.policy_window import Windows
from opsloom.approval.requirement import Assurance, Execution, PolicyQuestion, Risk
from opsloom.model.limits import POLICY_COUNT_MAX, POLICY_MINUTES_MAX, REASON_CHARS
from opsloom.model.record import Noun
from opsloom.model.window import format_time

Text = Annotated[str, Strict(), Field(min_length=1, max_length=REASON_CHARS)]
Name = Annotated[str, Strict(), Field(pattern=r"^\w[\w .-]{0,63}$")]
Flag = Annotated[bool, Strict()]
Minutes = Annotated[int, Strict(), Field(ge=1, le=POLICY_MINUTES_MAX)]
People = Annotated[int, Strict(), Field(ge=1, le=POLICY_COUNT_MAX)]
Count = Annotated[int, Strict(), Field(ge=0)]
# An empty list would be read by people as "none" and by a matcher as "any", so there is none.
Names = Annotated[tuple[Text, ...], Field(min_length=1)]
Risks = Annotated[tuple[Risk, ...], Field(min_length=1)]


class Scope(Noun):
    """What is meant; a key that is left out means any. Names are patterns (:mod:`opsloom.approval.policy_glob`)."""

    tools: Names | None = None
    services: Names | None = None
    environments: Names | None = None
    tiers: Names | None = None
    during: Windows | None = None

    @property
    def forbids(self) -> bool:
        """Whether what is meant may not run."""
        return True

    def misses(self, question: PolicyQuestion) -> Iterator[str]:
        """Why ``question`` is not meant, a sentence a key; nothing if it is.

        What allows must mean all services of the action, and what forbids any of them; the same goes for environments
        and tiers. An action of which none is known may concern any: what forbids means it, and what allows does not.
        """
        if self.tools and not matches_any(question.tool, self.tools):
            yield f"tools: {question.tool} is none of {_listed(self.tools)}"
        yield from _missed_names("services", question.services, self.services, self.forbids)
        yield from _missed_names("environments", question.environments, self.environments, self.forbids)
        yield from _missed_names("tiers", question.tiers, self.tiers, self.forbids)
        if self.during and not any(question.at in window for window in self.during):
            yield f"during: {format_time(question.at)} is outside of {'; '.join(map(str, self.during))}"


class Freeze(Scope):
    """Forbids what it means, ``during`` its times, before any rule is asked; not for the risks in ``except_risk``."""

    name: Name
    during: Windows
    except_risk: Risks | None = None


class Rule(Scope):
    """The first rule that matches decides: it forbids, or gives a risk and asks for approvals.

    What it asks and leaves out comes from its risk (:mod:`opsloom.approval.policy_terms`); ``weaker`` says why it asks
    for less. More than ``max_targets`` targets are not allowed. Minutes count from the plan.
    """

    name: Name
    arguments: Annotated[dict[str, Predicate], Field(min_length=1)] | None = None
    services_over: Count | None = None
    targets_over: Count | None = None
    reversible: Flag | None = None

    forbid: Text | None = None
    risk: Risk | None = None
    approve: People | None = None
    deny: People | None = None
    roles: Names | None = None
    assurance: Assurance | None = None
    strongest: Assurance | None = None
    other_than_requester: Flag | None = None
    approval_minutes: Minutes | None = None
    execution_minutes: Minutes | None = None
    max_targets: People | None = None
    execute: Execution | None = None
    weaker: Text | None = None

    @model_validator(mode="after")
    def _one_decision(self) -> "Rule":
        if (self.forbid is None) == (self.risk is None):
            raise ValueError('needs either risk = "R1", "R2" or "R3", or forbid = "the reason"')
        return self

    @model_validator(mode="after")
    def _nothing_asked_of_what_is_forbidden(self) -> "Rule":
        asked = [key for key in _ASKING if getattr(self, key) is not None]
        if self.forbid is not None and asked:
            raise ValueError(f"forbids, so it cannot ask for {_listed(asked)}")
        return self

    @model_validator(mode="after")
    def _strongest_is_at_least_every(self) -> "Rule":
        if self.assurance and self.strongest and self.strongest < self.assurance:
            raise ValueError("strongest must be at least assurance, which everybody needs")
        return self

    @property
    def forbids(self) -> bool:
        return self.forbid is not None

    def misses(self, question: PolicyQuestion) -> Iterator[str]:
        """See :meth:`Scope.misses`."""
        yield from super().misses(question)
        for name, predicate in (self.arguments or {}).items():
            if name not in question.arguments:
                yield f"arguments: {name} is not given"
            elif not holds(predicate, question.arguments[name], forbidding=self.forbids):
                yield f"arguments: {name} is not {_shown(predicate)}"
        # An action of which no service is known may concern as many as it has targets.
        services = len(set(question.services)) or question.targets
        if self.services_over is not None and services <= self.services_over:
            yield f"services_over: {services} is not over {self.services_over}"
        if self.targets_over is not None and question.targets <= self.targets_over:
            yield f"targets_over: {question.targets} is not over {self.targets_over}"
        if self.reversible is not None and question.reversible != self.reversible:
            yield f"reversible: the action is {'reversible' if question.reversible else 'not reversible'}"


_ASKING = (
    "approve", "deny", "roles", "assurance", "strongest", "other_than_requester", "approval_minutes",
    "execution_minutes", "max_targets", "execute", "weaker",
)  # fmt: skip


def _missed_names(key: str, actual: tuple[str, ...], globs: tuple[str, ...] | None, forbidding: bool) -> Iterator[str]:
    if globs is None:
        return
    strange = [name for name in actual if not matches_any(name, globs)]
    if forbidding:
        if actual and len(strange) == len(actual):
            yield f"{key}: none of {_listed(actual)} is among {_listed(globs)}"
    elif not actual:
        yield f"{key}: none is known of the action"
    elif strange:
        yield f"{key}: {_listed(strange)} is not among {_listed(globs)}"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)


def _shown(predicate: object) -> str:
    return " or ".join(map(str, predicate)) if isinstance(predicate, tuple) else str(predicate)
