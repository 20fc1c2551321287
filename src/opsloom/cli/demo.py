"""``opsloom demo``: the recorded 09:14 incident, played by a real client over stdio against the real server."""

import argparse
import os
import sys
import textwrap
import time
from typing import Any

import anyio

from opsloom.cli import locate
from opsloom.cli.client_config import server_command, shape

WIDTH = 100


def run(_arguments: argparse.Namespace) -> int:
    """Play it; exit code 1 when any step did not go as told."""
    return anyio.run(_play)


async def _play() -> int:
    from mcp import Client, StdioServerParameters
    from mcp.types import Implementation

    from opsloom import __version__

    started = time.monotonic()
    # The whole environment, so that both processes mean the same workspace.
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "opsloom.cli.main", "serve", "--demo"], env=dict(os.environ)
    )
    info = Implementation(name="opsloom-demo", version=__version__)
    async with Client(server, client_info=info) as client:
        tools = await client.list_tools()
        _say(
            f"09:21. A pager went off seven minutes ago. A client has started 'opsloom serve --demo' and sees "
            f"{len(tools.tools)} tools. Everything below came over MCP from a recorded incident."
        )
        story = Story(client)
        await story.look_around()
        await story.find_the_step()
        await story.find_the_change()
        await story.find_the_owner()
        await story.record_findings()
    await story.verify()
    seconds = time.monotonic() - started
    _say(f"That took {seconds:.1f} s and {story.calls} calls. To ask your own questions, connect a client:")
    options = argparse.Namespace(demo=True, config=None, client="claude-code")
    command, arguments = server_command(options)
    print(f"  {shape('claude-code', command, arguments)}")
    print("  opsloom client-config cursor --demo      # or claude-desktop, vscode, zed, codex")
    print("  opsloom init && opsloom doctor           # then the same without --demo, on your own providers")
    return 0 if story.went_as_told else 1


class Story:
    """The incident, step by step; each answer is checked to be what the text says."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls = 0
        self.went_as_told = True
        self._evidence: list[str] = []

    async def look_around(self) -> None:
        _heading("What is going on?")
        answer = await self._ask("overview")
        _table(answer, ("section", "at", "service", "state", "what"))
        alert = next(row for row in _rows(answer) if row["section"] == "alert")
        _heading("The worst alert, whole")
        record = await self._ask("get_record", ref=alert["ref"])
        for row in _rows(record):
            if row["field"] in ("name", "summary", "starts_at", "metric", "threshold", "observed", "link"):
                print(f"  {row['field']:<10} {row['value']}")

    async def find_the_step(self) -> None:
        _heading("When did it start, and how bad is it?")
        answer = await self._ask("query_metrics", metric="http_error_ratio", service="checkout", since="-2h")
        series = _rows(answer)[0]
        self._evidence += answer["evidence"]
        print(f"  {_sparkline(series['points'])}  {answer['window']['from'][11:16]} to {answer['window']['to'][11:16]}")
        print(f"  stepped at {series['stepped_at'][11:16]} from {series['before']:.1%} to {series['after']:.1%} errors")
        self._expect(series["stepped_at"] is not None)

    async def find_the_change(self) -> None:
        _heading("What changed before that?")
        answer = await self._ask("search_deploys", since="-2h")
        _table(answer, ("at", "kind", "service", "version", "title"))
        self._evidence += answer["evidence"]
        deploy = next(row for row in _rows(answer) if row["kind"] == "deploy" and row["service"] == "checkout")
        _heading("The deploy of forty minutes before the alert, with its diff")
        record = await self._ask("get_record", ref=deploy["ref"], detail="full")
        self._evidence = [*record["evidence"], *self._evidence]
        diff = next((row["value"] for row in _rows(record) if row["field"] == "diff"), "")
        print(textwrap.indent("\n".join(str(diff).splitlines()[:14]), "  "))
        self._expect(bool(diff))
        _heading("What do the logs say?")
        logs = await self._ask("search_logs", service="checkout", severity="error", limit="3", since="-15m")
        _table(logs, ("at", "severity", "message"))
        self._evidence += logs["evidence"]

    async def find_the_owner(self) -> None:
        _heading("Whom to call?")
        answer = await self._ask("get_owner", service="checkout")
        wanted = ("team", "on_call", "escalation", "runbook")
        for row in _rows(answer):
            if row["fact"] in wanted:
                print(f"  {row['fact']:<10} {row['value']}  {row['detail'] or ''}".rstrip())

    async def record_findings(self) -> None:
        _heading("A claim without evidence is refused")
        refused = await self._call(
            "record_finding", claim="The database did it.", kind="observed", evidence=["ev_aaaaaaaaaaaaaaaa"]
        )
        print(_wrapped("".join(block.text for block in refused.content)))
        self._expect(refused.is_error)
        _heading("A claim with evidence is kept")
        claim = (
            "Checkout's errors began within a minute of the flag that switched on the payment client "
            "shipped by the 08:34 deploy."
        )
        answer = await self._ask(
            "record_finding", claim=claim, kind="inferred", confidence=0.8, evidence=self._evidence[:3]
        )
        print(_wrapped(f"{_rows(answer)[0]['id']}: {claim}"))
        print(f"  stands on {', '.join(answer['evidence'])}")

    async def verify(self) -> None:
        from opsloom.cli.demo_audit import show_evidence, verify_log

        _heading("An auditor verifies the log, without the server")
        self._expect(verify_log(locate.demo_workspace()))
        _heading("and walks from the finding to the bytes")
        self._expect(await show_evidence(locate.demo_workspace(), self._evidence[0]))

    async def _ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self._call(tool, **arguments)
        if result.is_error:
            raise SystemExit("".join(block.text for block in result.content))
        answer: dict[str, Any] = result.structured_content
        self._expect(answer.get("demo") is True)
        print(f"  [demo: {str(answer['demo']).lower()}, status {answer['status']}, {answer['investigation']}]")
        return answer

    async def _call(self, tool: str, **arguments: Any) -> Any:
        self.calls += 1
        shown = " ".join(f"{name}={value}" for name, value in arguments.items())
        print(f"  > {tool} {shown}".rstrip()[:WIDTH])
        return await self._client.call_tool(tool, arguments)

    def _expect(self, holds: bool) -> None:
        self.went_as_told = self.went_as_told and holds
        if not holds:
            print("  !! this is not what the demo promises; please report it")


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]


def _table(answer: dict[str, Any], columns: tuple[str, ...]) -> None:
    for row in _rows(answer):
        cells = [str(row[name] or "-") for name in columns]
        cells = [
            cell[11:16] if name == "at" and len(cell) > 16 else cell for name, cell in zip(columns, cells, strict=True)
        ]
        print(("  " + "  ".join(f"{cell:<8}" for cell in cells)).rstrip()[:WIDTH])


def _sparkline(points: list[float | None]) -> str:
    """One character a point; a gap stays a gap."""
    known = [point for point in points if point is not None]
    low, high = min(known), max(known)
    steps = "▁▂▃▄▅▆▇█"
    scale = (len(steps) - 1) / (high - low) if high > low else 0.0
    return "".join(" " if point is None else steps[round((point - low) * scale)] for point in points)


def _heading(text: str) -> None:
    print(f"\n{text}")


def _say(text: str) -> None:
    print(f"\n{textwrap.fill(text, WIDTH)}")


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
