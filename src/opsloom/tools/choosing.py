"""Which instance a change is for."""

from typing import Annotated

from pydantic import Field

from opsloom.model.errors import ConfigurationError, InvalidRequestError, UnsupportedError
from opsloom.tools.context import ToolContext

At = Annotated[str | None, Field(description="instance, if several can", max_length=32)]


def instance_for(context: ToolContext, capability: type, wanted: str | None) -> str:
    """The instance ``wanted``, or the only one that can.

    :raises InvalidRequestError: several can, or the one wanted cannot; the text names those that can.
    :raises UnsupportedError: none can.
    """
    able = [one.name for one in context.hub.capable(capability)]
    if not able:
        broken = context.hub.misconfigured(capability)
        told = "; ".join(f"{one.name} is misconfigured ({one.problem})" for one in broken)
        if broken:
            raise ConfigurationError(f"no instance can do this now: {told}")
        raise UnsupportedError(f"no configured instance is a {capability.__name__}; see 'opsloom doctor'")
    if wanted is None and len(able) == 1:
        return able[0]
    if wanted not in able:
        raise InvalidRequestError(f"instance must be one of those that can do this: {', '.join(able)}")
    return wanted
