"""The arguments that several tools share; a description is paid for in every conversation, so they are short."""

from typing import Annotated

from pydantic import Field

from opsloom.model.limits import CURSOR_MAX_CHARS, ROWS_MAX, TEXT_ARGUMENT_CHARS

Service = Annotated[str | None, Field(description="service name", max_length=200)]
Text = Annotated[str | None, Field(description="text to find", max_length=TEXT_ARGUMENT_CHARS)]
Since = Annotated[str | None, Field(description="RFC 3339, or back from now: -1h", max_length=64)]
Until = Annotated[str | None, Field(description="as since; default now", max_length=64)]
Limit = Annotated[int, Field(description="rows", ge=1, le=ROWS_MAX)]
After = Annotated[str | None, Field(description="next of the last answer", max_length=CURSOR_MAX_CHARS)]
