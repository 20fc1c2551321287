"""A tool is one decorated function; this is the decorator, and what it knows of the function."""

import difflib
import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from opsloom.approval.proposal import Proposal
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import EVIDENCE_IDS_MAX, REASON_CHARS
from opsloom.tools.action_answer import ActionAnswer
from opsloom.tools.answer import Answer
from opsloom.tools.context import ToolContext
from opsloom.tools.schema import input_schema

ToolFunction = TypeVar("ToolFunction", bound=Callable[..., Awaitable[Answer | ActionAnswer]])
ChangeFunction = TypeVar("ChangeFunction", bound=Callable[..., Awaitable[Proposal]])

INVESTIGATION = Annotated[str | None, Field(description="handle; default: yours", max_length=64)]
# Of every tool that changes something; said once, in the instructions, and in few words here.
REASON = Annotated[str, Field(description="why, for the approver", min_length=1, max_length=REASON_CHARS)]
CITED = Annotated[list[str], Field(description="ids (ev_...)", max_length=EVIDENCE_IDS_MAX)]
DRY_RUN = Annotated[bool, Field(description="preview only")]


@dataclass(frozen=True)
class ToolSpec:
    """A tool as the server publishes it.

    ``needs`` are the capabilities of which at least one must be served for the tool to be registered (none:
    it always is). ``arguments`` refuses what it does not know. ``proposes`` marks a tool that changes something
    outside: its function only says what, and the server has it approved. ``acts`` marks one that answers about an
    action, and may have an approved one run.
    """

    name: str
    title: str
    description: str
    needs: tuple[type, ...]
    arguments: type[BaseModel]
    function: Callable[..., Awaitable[Any]]
    reads_providers: bool
    read_only: bool
    proposes: bool = False
    acts: bool = False
    destructive: bool = False
    idempotent: bool = True

    @property
    def changes(self) -> bool:
        """Whether a call of it may lead to a change at a provider."""
        return self.proposes or self.acts

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The published JSON schema of the arguments."""
        return input_schema(self.arguments)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over name, description and schema: which contract a logged call was made under."""
        contract = [self.name, self.description, self.schema]
        return hashlib.sha256(json.dumps(contract, sort_keys=True).encode()).hexdigest()

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments, checked and with defaults.

        :raises InvalidRequestError: one is unknown, missing or wrong; the text names it and what is valid.
        """
        try:
            parsed = self.arguments.model_validate(dict(raw))
        except ValidationError as error:
            raise InvalidRequestError(_explain(error, self)) from None
        return {name: getattr(parsed, name) for name in self.arguments.model_fields}

    async def run(self, context: ToolContext, arguments: Mapping[str, Any]) -> Answer | ActionAnswer:
        """Call the function with what :meth:`parse` returned."""
        answer: Answer | ActionAnswer = await self.function(context, **self._own(arguments))
        return answer

    async def propose(self, context: ToolContext, arguments: Mapping[str, Any]) -> Proposal:
        """What a tool that ``proposes`` wants changed."""
        proposal: Proposal = await self.function(context, **self._own(arguments))
        return proposal

    def as_json(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What :meth:`parse` returned, as JSON values."""
        parsed = self.arguments.model_validate(dict(arguments)).model_dump(mode="json")
        return {name: parsed[name] for name in self.arguments.model_fields}

    def _own(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in arguments.items() if name in self.own_arguments}

    @cached_property
    def own_arguments(self) -> frozenset[str]:
        """The names that the function takes; ``investigation`` is mostly not one of them."""
        return frozenset(inspect.signature(self.function).parameters)


REGISTERED: dict[str, ToolSpec] = {}


def tool(
    *needs: type, title: str, reads_providers: bool = True, read_only: bool = True, acts: bool = False
) -> Callable[[ToolFunction], ToolFunction]:
    """Make the decorated coroutine function a tool that answers.

    Its first parameter is the :class:`ToolContext`; each further one is an argument, ``Annotated`` with a
    pydantic ``Field(description=...)``. The docstring's first paragraph is the description for the model.
    """

    def register(function: ToolFunction) -> ToolFunction:
        return _register(
            function, {}, needs, title=title, reads_providers=reads_providers, read_only=read_only, acts=acts,
            idempotent=read_only,
        )  # fmt: skip

    return register


def change_tool(
    *needs: type, title: str, destructive: bool, idempotent: bool
) -> Callable[[ChangeFunction], ChangeFunction]:
    """Make the decorated coroutine function a tool that proposes a change.

    It returns the :class:`~opsloom.approval.proposal.Proposal` and changes nothing. The arguments ``reason``,
    ``evidence`` and ``dry_run`` are added; what becomes of the proposal is the server's.
    """
    added = {"reason": (REASON, ...), "evidence": (_listed(CITED), []), "dry_run": (DRY_RUN, False)}

    def register(function: ChangeFunction) -> ChangeFunction:
        return _register(
            function, added, needs, title=title, reads_providers=True, read_only=False, proposes=True,
            destructive=destructive, idempotent=idempotent,
        )  # fmt: skip

    return register


F = TypeVar("F", bound=Callable[..., Awaitable[Any]])


def _register(function: F, added: Mapping[str, Any], needs: tuple[type, ...], *, title: str, **traits: bool) -> F:
    name = function.__name__
    REGISTERED[name] = ToolSpec(
        name=name,
        title=title,
        description=" ".join((inspect.getdoc(function) or "").split("\n\n")[0].split()),
        needs=needs,
        arguments=_arguments_of(function, added),
        function=function,
        **traits,
    )
    return function


def _arguments_of(function: Callable[..., Any], added: Mapping[str, Any]) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        hint = _listed(hints[parameter.name])
        fields[parameter.name] = (hint, ... if parameter.default is parameter.empty else parameter.default)
    fields.update(added)
    fields.setdefault("investigation", (INVESTIGATION, None))
    config = ConfigDict(extra="forbid", frozen=True, str_max_length=10_000)
    return create_model(f"{function.__name__}_arguments", __config__=config, **fields)


def _listed(hint: Any) -> Any:
    return Annotated[hint, BeforeValidator(_list_from_text)] if _is_list(hint) else hint


def _is_list(hint: Any) -> bool:
    return get_origin(hint) is list or any(_is_list(part) for part in get_args(hint) if part is not None)


def _list_from_text(value: object) -> object:
    """Some clients send a list as JSON in a string, and people at a shell write ``a,b``."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _explain(error: ValidationError, spec: ToolSpec) -> str:
    names = list(spec.arguments.model_fields)
    sentences = []
    for problem in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in problem["loc"])[:64]
        if problem["type"] == "extra_forbidden":
            near = difflib.get_close_matches(name, names, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            sentences.append(f"unknown argument {name!r}{hint}")
        elif problem["type"] == "missing":
            sentences.append(f"argument {name!r} is missing")
        else:
            sentences.append(f"argument {name!r}: {problem['msg'].removeprefix('Value error, ')}")
    return f"{'; '.join(sentences)}. Valid arguments of {spec.name}: {', '.join(names)}."
