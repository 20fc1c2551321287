"""A client without a person: it says yes to every question by its schema, and calls every tool with everything."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mcp import Client
from mcp.types import ElicitRequestParams, ElicitResult, Tool

from tests.server.serving import answer_of

_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
_KNOWN: Mapping[str, tuple[Any, ...]] = {
    "alert": ("alert:demo/a-7f31",),
    "channel": ("ops",),
    "duration": ("1h",),
    "environment": ("production",),
    "evidence": ([],),
    "instance": ("demo",),
    "matchers": (['service="checkout"'], ['service=~".+"']),
    "ref": ("alert:demo/a-7f31",),
    "service": ("checkout", "payments"),
    "since": ("-2h",),
    "ticket": ("ticket:demo/1318", "ticket:demo/1203"),
}
"""What a client learns by looking around in the demo."""
_LEFT_OUT = object()


async def yes_to_everything(params: ElicitRequestParams) -> ElicitResult:
    """Fill the form by its schema, with the code as it stands in the message."""
    code = _CODE.findall(params.message)[-1]
    schema = params.requested_schema  # type: ignore[union-attr]
    content = {
        name: code if name == "code" else field.get("enum", ["approved by the administrator"])[0]
        for name, field in schema["properties"].items()
    }
    return ElicitResult(action="accept", content=content)


async def call_everything(client: Client, codes: tuple[str, ...] = ()) -> list[str]:
    """Call every tool with every combination of what its schema offers; returns the codes of the actions seen."""
    seen: dict[str, None] = dict.fromkeys(codes)
    for tool in (await client.list_tools()).tools:
        for arguments in combinations(tool, codes):
            result = await client.call_tool(tool.name, arguments)
            if not result.is_error and (code := answer_of(result).get("code")):
                seen[code] = None
    return list(seen)


def combinations(tool: Tool, codes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The required arguments in all ways, with each set of the flags and with each other argument alone."""
    fields: Mapping[str, Any] = tool.input_schema["properties"]
    required = set(tool.input_schema.get("required", ()))
    flags = [name for name, field in fields.items() if field["type"] == "boolean"]
    rest = [name for name in fields if name not in required and name not in flags and name != "investigation"]
    always = {name: _values(name, fields[name], codes) for name in required}
    for extra in (None, *rest):
        sometimes = {extra: _values(extra, fields[extra], codes)} if extra else {}
        switched: dict[str, tuple[Any, ...]] = dict.fromkeys(flags, (_LEFT_OUT, True))
        options = {**always, **sometimes, **switched}
        for chosen in itertools.product(*options.values()):
            yield {name: value for name, value in zip(options, chosen, strict=True) if value is not _LEFT_OUT}


def _values(name: str, field: Mapping[str, Any], codes: tuple[str, ...]) -> tuple[Any, ...]:
    if name == "action":
        return codes or ("00000000",)
    if name in _KNOWN:
        return _KNOWN[name]
    if "enum" in field:
        return tuple(field["enum"])
    return {"array": ([],), "integer": (1,), "number": (1,)}.get(field["type"], ("approve",))
