"""``opsloom call``: a tool, through a real client, for when no assistant is at hand."""

import argparse
import json
import sys
from typing import Any

import anyio

from opsloom.cli.configured import configuration
from opsloom.model.errors import InvalidRequestError
from opsloom.server.configuration import Configuration


def run(arguments: argparse.Namespace) -> int:
    """Call it and print the answer; exit code 1 when the tool refuses or fails."""
    given = _parse(arguments.arguments)
    result = anyio.run(_call, configuration(arguments), arguments.tool, given)
    if result.is_error:
        print("".join(block.text for block in result.content), file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(result.structured_content, ensure_ascii=False, indent=2))
    elif "preview" in result.structured_content:
        print_action(result.structured_content)
    else:
        print_answer(result.structured_content)
    return 0


async def _call(configured: Configuration, tool: str, given: dict[str, str]) -> Any:
    from mcp import Client
    from mcp.types import Implementation

    from opsloom import __version__
    from opsloom.server.build import build_server

    info = Implementation(name="opsloom-cli", version=__version__)
    async with Client(build_server(configured), client_info=info) as client:
        return await client.call_tool(tool, given)


def _parse(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise InvalidRequestError(f"arguments are written key=value; got {pair!r}")
    return {key: value for key, _, value in (pair.partition("=") for pair in pairs)}


def print_action(answer: dict[str, Any]) -> None:
    """An action for a person at a terminal."""
    demo = "  demo: true" if answer.get("demo") else ""
    print(f"status: {answer['status']}{demo}  investigation: {answer['investigation']}")
    _print_fields({name: answer.get(name) for name in ("action", "code", "risk", "needs", "missing")}, indent="")
    print(f"\n{answer['preview']}\n{answer['requester_says']}\n")
    for kind in ("decisions", "differences", "looks", "notes"):
        for line in answer.get(kind, ()):
            print(f"{kind.removesuffix('s')}: {line}")
    names = ("detail", "link", "expires_at", "approve_with", "next_action", "next")
    _print_fields({name: answer.get(name) for name in names} | {"evidence": " ".join(answer["evidence"])}, indent="")


def print_answer(answer: dict[str, Any]) -> None:
    """An answer for a person at a terminal."""
    demo = "  demo: true" if answer.get("demo") else ""
    print(f"status: {answer['status']}{demo}  investigation: {answer['investigation']}")
    if window := answer.get("window"):
        print(f"window: {window['from']} to {window['to']}")
    if verdict := answer.get("verdict"):
        print(f"verdict: {verdict['kind']} (confidence {verdict['confidence']}), onset {verdict['onset']}")
        print(f"  {verdict['told']}")
    for source in answer["sources"]:
        told = f"{source['instance']} {source['status']} {source['ms']} ms  {source.get('message', '')}"
        print(f"source: {told.rstrip()}")
    for row in answer["rows"]:
        print()
        _print_fields(dict(zip(answer["columns"], row, strict=True)), indent="  ")
    print()
    print(f"shown: {answer['shown']} of {'an unknown number' if answer['total'] is None else answer['total']}")
    for note in answer["notes"]:
        print(f"note: {note}")
    _print_fields({"next": answer.get("next"), "evidence": " ".join(answer["evidence"])}, indent="")


def _print_fields(fields: dict[str, Any], indent: str) -> None:
    for name, value in fields.items():
        if value not in (None, "", []):
            print(f"{indent}{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
