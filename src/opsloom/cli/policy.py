"""``opsloom policy``: what the policy asks, and what is wrong with it. It is read from the settings alone."""

import argparse
import pwd
from datetime import datetime
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from opsloom.approval.policy import Policy
from opsloom.approval.policy_lint import Level, Surroundings, lint
from opsloom.approval.policy_load import load_policy
from opsloom.approval.policy_words import explain
from opsloom.approval.requirement import PolicyQuestion
from opsloom.audit.canonical import Json
from opsloom.cli import locate
from opsloom.cli.configured import demo_settings
from opsloom.model.clock import SystemClock
from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import format_time, parse_time
from opsloom.providers.settings import load_settings
from opsloom.tools import TOOLS, ToolSpec


def run_explain(arguments: argparse.Namespace) -> int:
    """Print which rule decides on an action and what would be asked; exit code 1 when it could not run."""
    policy, now = _policy_now(arguments)
    if arguments.targets < 1:
        raise InvalidRequestError("--targets must be at least 1")
    at = parse_time(arguments.at, now, "--at") if arguments.at else now
    question = PolicyQuestion(
        tool=arguments.tool,
        arguments=_arguments(_spec(arguments.tool), arguments.arguments),
        services=tuple(arguments.service),
        environments=tuple(arguments.environment),
        tiers=tuple(arguments.tier),
        targets=arguments.targets,
        reversible=not arguments.irreversible,
        at=at,
    )
    print(_asked(question))
    told = explain(policy, question)
    print("\n".join(told.sentences))
    return 0 if told.allowed else 1


def run_lint(arguments: argparse.Namespace) -> int:
    """Print what is wrong or doubtful; exit code 1 for errors."""
    policy, now = _policy_now(arguments)
    tools = {name: frozenset(spec.arguments.model_fields) for name, spec in TOOLS.items() if spec.proposes}
    remarks = lint(policy, Surroundings(tools, now, _is_user))
    for remark in remarks:
        print(f"{remark.level}: {remark.place}: {remark.text}")
    errors, warnings = (sum(one.level is level for one in remarks) for level in (Level.ERROR, Level.WARNING))
    print(f"{errors} errors, {warnings} warnings")
    return 1 if errors else 0


def _policy_now(arguments: argparse.Namespace) -> tuple[Policy, datetime]:
    file = locate.settings_file(arguments)
    settings = demo_settings() if arguments.demo else load_settings(file)
    return load_policy(settings, file), settings.workspace.now or SystemClock().now()


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _spec(tool: str) -> ToolSpec:
    spec = TOOLS.get(tool)
    if spec is None or not spec.proposes:
        why = "is no tool" if spec is None else "changes nothing outside, so that the policy is not asked about it"
        valid = ", ".join(name for name, one in TOOLS.items() if one.proposes)
        raise InvalidRequestError(f"{tool} {why}; those that change something: {valid}")
    return spec


def _arguments(spec: ToolSpec, pairs: list[str]) -> dict[str, Json]:
    """What is given as the tool takes it, and the defaults. What a call needs besides does not matter here."""
    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise InvalidRequestError(f"arguments are written key=value; got {wrong[0]!r}")
    given = {key: value for key, _, value in (pair.partition("=") for pair in pairs)}
    fields = spec.arguments.model_fields
    if unknown := sorted(given.keys() - fields.keys()):
        raise InvalidRequestError(f"{spec.name} has no argument {', '.join(unknown)}; it has: {', '.join(fields)}")
    return {
        name: _as_taken(name, field, given.get(name))
        for name, field in fields.items()
        if name in given or not field.is_required()
    }


def _as_taken(name: str, field: FieldInfo, text: str | None) -> Json:
    taker: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]  # a type as a value
    try:
        value = field.get_default() if text is None else taker.validate_python(text)
    except ValidationError as error:
        raise InvalidRequestError(f"argument {name!r}: {error.errors(include_url=False)[0]['msg']}") from None
    taken: Json = taker.dump_python(value, mode="json")
    return taken


def _asked(question: PolicyQuestion) -> str:
    known = {"service": question.services, "environment": question.environments, "tier": question.tiers}
    labels = [f"{name} {', '.join(values) or 'unknown'}" for name, values in known.items()]
    reversible = "reversible" if question.reversible else "not reversible"
    targets = "1 target" if question.targets == 1 else f"{question.targets} targets"
    return f"{question.tool}: {', '.join([*labels, targets, reversible])}, at {format_time(question.at)}"
