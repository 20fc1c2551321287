"""Prompts: Markdown files with TOML front matter between ``+++`` lines, and ``{{placeholders}}`` only."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    PaginatedRequestParams,
    Prompt,
    PromptArgument,
    PromptMessage,
    TextContent,
)
from pydantic import BaseModel, ConfigDict

from opsloom.audit.record import CallStatus
from opsloom.evidence.provider_text import clean
from opsloom.model.limits import TEXT_ARGUMENT_CHARS
from opsloom.server.call_record import CURRENT_CALL
from opsloom.server.runtime import Runtime

PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")


class Argument(BaseModel):
    """``[[arguments]]`` of the front matter; ``default`` stands in for an optional one that is not given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    description: str
    required: bool = False
    default: str = ""


class PromptFile(BaseModel):
    """One file of ``prompts/``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    description: str
    arguments: tuple[Argument, ...] = ()
    body: str

    def fill(self, given: Mapping[str, str]) -> str:
        """The body with its placeholders filled; what was given is inserted as one line of data."""
        values = {one.name: given.get(one.name) or one.default for one in self.arguments}
        return PLACEHOLDER.sub(lambda match: " ".join(clean(values[match[1]], TEXT_ARGUMENT_CHARS).split()), self.body)


def _folder() -> Traversable:
    """Inside the wheel, or beside the sources of a checkout."""
    packed = files("opsloom") / "_prompts"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "prompts"


@cache
def load_prompts() -> dict[str, PromptFile]:
    """All prompts by name."""
    found = {}
    for file in sorted(_folder().iterdir(), key=lambda one: one.name):
        if file.name.endswith(".md"):
            _, front, body = file.read_text("utf-8").split("+++\n", 2)
            name = file.name.removesuffix(".md")
            found[name] = PromptFile(name=name, body=body.strip(), **tomllib.loads(front))
    return found


async def list_prompts(
    _context: ServerRequestContext[Runtime], _params: PaginatedRequestParams | None
) -> ListPromptsResult:
    """All prompts on one page."""
    return ListPromptsResult(
        prompts=[
            Prompt(
                name=prompt.name,
                title=prompt.title,
                description=prompt.description,
                arguments=[
                    PromptArgument(name=one.name, description=one.description, required=one.required)
                    for one in prompt.arguments
                ],
            )
            for prompt in load_prompts().values()
        ]
    )


async def get_prompt(_context: ServerRequestContext[Runtime], params: GetPromptRequestParams) -> GetPromptResult:
    """One prompt, filled; an unknown name or argument is refused with the valid ones."""
    prompts, given = load_prompts(), params.arguments or {}
    prompt = prompts.get(params.name)
    if prompt is None:
        raise _refusal(f"there is no such prompt; prompts are: {', '.join(prompts)}")
    names = [one.name for one in prompt.arguments]
    missing = [one.name for one in prompt.arguments if one.required and not given.get(one.name)]
    if missing or set(given) - set(names):
        wrong = f"argument {missing[0]} is missing" if missing else "unknown argument"
        raise _refusal(f"{wrong}; arguments of {prompt.name}: {', '.join(names) or 'none'}")
    message = PromptMessage(role="user", content=TextContent(type="text", text=prompt.fill(given)))
    return GetPromptResult(description=prompt.description, messages=[message])


def _refusal(message: str) -> MCPError:
    CURRENT_CALL.get().status = CallStatus.REJECTED
    return MCPError(code=INVALID_PARAMS, message=message)
