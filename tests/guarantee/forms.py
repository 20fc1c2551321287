"""Forms of the stateless era in the hands of a client that keeps, forges and replays what it was sent."""

from dataclasses import dataclass
from typing import Any

from mcp import Client
from mcp.types import CallToolResult, ElicitRequest, ElicitResult, InputRequiredResult, InputResponses

from tests.server.lab_server import typed_code

KEY = "approval"


@dataclass(frozen=True)
class Form:
    """One question: the state that its answer has to bring along, and the code in its message."""

    state: str
    code: str

    @property
    def approval(self) -> ElicitResult:
        """What a person would answer."""
        return ElicitResult(action="accept", content={"decision": "approve", "code": self.code})


async def ask(client: Client, tool: str, arguments: dict[str, Any]) -> Form:
    """Call a tool and get its question, unanswered."""
    asked = await client.session.call_tool(tool, arguments, allow_input_required=True)
    assert isinstance(asked, InputRequiredResult), asked
    request = (asked.input_requests or {})[KEY]
    assert isinstance(request, ElicitRequest)
    assert asked.request_state is not None
    return Form(asked.request_state, typed_code(request.params))


async def answer(
    client: Client, tool: str, arguments: dict[str, Any], response: ElicitResult | None, state: str | None
) -> CallToolResult | InputRequiredResult:
    """Call it again with an answer, which may be to another question or to none."""
    responses: InputResponses | None = None if response is None else {KEY: response}
    return await client.session.call_tool(
        tool, arguments, input_responses=responses, request_state=state, allow_input_required=True
    )


def status_of(result: CallToolResult | InputRequiredResult) -> str:
    """The status of an action's answer, ``asked`` for a question."""
    if isinstance(result, InputRequiredResult):
        return "asked"
    assert not result.is_error, result
    return str(result.structured_content["status"])
