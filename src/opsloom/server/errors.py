"""How an error reaches the model: as the text of a failed tool result, and nothing but that text."""

from mcp.types import CallToolResult, TextContent

from opsloom.model.errors import OpsloomError
from opsloom.server.runtime import Runtime
from opsloom.tools.gather import sentence_of

_ERROR_CHARS = 2_000


def error_result(error: OpsloomError, runtime: Runtime) -> CallToolResult:
    """A tool result that says what went wrong and what to do; a provider's text is quoted and labelled."""
    text = runtime.safe(sentence_of(error), _ERROR_CHARS)
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
