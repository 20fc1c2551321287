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
from opsloom.cli.demo_change import ChangeStory
from opsloom.cli.demo_screen import WIDTH, heading, rows_of, say, sparkline, table, wrapped


def run(arguments: argparse.Namespace) -> int:
    """Play it; exit code 1 when any step did not go as told."""
    return anyio.run(_play, arguments)


async def _play(arguments: argparse.Namespace) -> int:
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
        say(
            f"09:21. A pager went off seven minutes ago. A client has started 'opsloom serve --demo' and sees "
            f"{len(tools.tools)} tools. Everything below came over MCP from a recorded incident."
        )
        story = Story(client)
        await story.look_around()
        await story.find_the_step()
        await story.find_the_change()
        await story.find_the_owner()
        await story.weigh_everything()
        await story.record_findings()
        change = ChangeStory(story.ask, by_itself=arguments.yes or not sys.stdin.isatty())
        story.went_as_told = await change.play(story.evidence[:2]) and story.went_as_told
    await story.verify(change.action)
    seconds = time.monotonic() - started
    say(f"That took {seconds:.1f} s and {story.calls} calls. To ask your own questions, connect a client:")
    options = argparse.Namespace(demo=True, config=None, client="claude-code", read_only=False)
    command, words = server_command(options)
    print(f"  {shape('claude-code', command, words)}")
    print("  opsloom client-config cursor --demo      # or claude-desktop, vscode, zed, codex")
    print("  opsloom init && opsloom doctor           # then the same without --demo, on your own providers")
    return 0 if story.went_as_told else 1


class Story:
    """The incident, step by step; each answer is checked to be what the text says."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls = 0
        self.went_as_told = True
        self.evidence: list[str] = []
        self._alert = ""

    async def look_around(self) -> None:
        heading("What is going on?")
        answer = await self.ask("overview")
        table(answer, ("section", "at", "service", "state", "what"))
        alert = next(row for row in rows_of(answer) if row["section"] == "alert")
        self._alert = alert["ref"]
        heading("The worst alert, whole")
        record = await self.ask("get_record", ref=alert["ref"])
        for row in rows_of(record):
            if row["field"] in ("name", "summary", "starts_at", "metric", "threshold", "observed", "link"):
                print(f"  {row['field']:<10} {row['value']}")

    async def find_the_step(self) -> None:
        heading("When did it start, and how bad is it?")
        answer = await self.ask("query_metrics", metric="http_error_ratio", service="checkout", since="-2h")
        series = rows_of(answer)[0]
        self.evidence += answer["evidence"]
        print(f"  {sparkline(series['points'])}  {answer['window']['from'][11:16]} to {answer['window']['to'][11:16]}")
        print(f"  stepped at {series['stepped_at'][11:16]} from {series['before']:.1%} to {series['after']:.1%} errors")
        self._expect(series["stepped_at"] is not None)

    async def find_the_change(self) -> None:
        heading("What changed before that?")
        answer = await self.ask("search_deploys", since="-2h")
        table(answer, ("at", "kind", "service", "version", "title"))
        self.evidence += answer["evidence"]
        deploy = next(row for row in rows_of(answer) if row["kind"] == "deploy" and row["service"] == "checkout")
        heading("The deploy of forty minutes before the alert, with its diff")
        record = await self.ask("get_record", ref=deploy["ref"], detail="full")
        self.evidence = [*record["evidence"], *self.evidence]
        diff = next((row["value"] for row in rows_of(record) if row["field"] == "diff"), "")
        print(textwrap.indent("\n".join(str(diff).splitlines()[:14]), "  "))
        self._expect(bool(diff))
        heading("What do the logs say?")
        logs = await self.ask("search_logs", service="checkout", severity="error", limit="3", since="-15m")
        table(logs, ("at", "severity", "message"))
        self.evidence += logs["evidence"]

    async def find_the_owner(self) -> None:
        heading("Whom to call?")
        answer = await self.ask("get_owner", service="checkout")
        wanted = ("team", "on_call", "escalation", "runbook")
        for row in rows_of(answer):
            if row["fact"] in wanted:
                print(f"  {row['fact']:<10} {row['value']}  {row['detail'] or ''}".rstrip())

    async def weigh_everything(self) -> None:
        heading("The same in one call: what did it, what speaks against it, who suffers, what was not looked at")
        answer = await self.ask("investigate", alert=self._alert)
        print(wrapped(f"{answer['verdict']['told']} (confidence {answer['verdict']['confidence']})"))
        shown = {"service": 1, "change": 2, "ruled_out": 1, "owner": 1, "blast": 1, "unchecked": 1}
        for row in rows_of(answer):
            if shown.get(row["section"], 0) > 0:
                shown[row["section"]] -= 1
                told = f"; against it: {row['against']}" if row["against"] else ""
                print(wrapped(f"{row['section']}: {row['name']}{' - ' if row['why'] else ''}{row['why'] or ''}{told}"))
        self._expect(answer["verdict"]["kind"] == "change")

    async def record_findings(self) -> None:
        heading("A claim without evidence is refused")
        refused = await self._call(
            "record_finding", claim="The database did it.", kind="observed", evidence=["ev_aaaaaaaaaaaaaaaa"]
        )
        print(wrapped("".join(block.text for block in refused.content)))
        self._expect(refused.is_error)
        heading("A claim with evidence is kept")
        claim = (
            "Checkout's errors began within a minute of the flag that switched on the payment client "
            "shipped by the 08:34 deploy."
        )
        answer = await self.ask(
            "record_finding", claim=claim, kind="inferred", confidence=0.8, evidence=self.evidence[:3]
        )
        print(wrapped(f"{rows_of(answer)[0]['id']}: {claim}"))
        print(f"  stands on {', '.join(answer['evidence'])}")

    async def verify(self, action: str) -> None:
        from opsloom.cli.demo_audit import show_chain, show_evidence, verify_log

        heading("An auditor verifies the log, without the server")
        self._expect(verify_log(locate.demo_workspace()))
        heading("reads who asked for the change, who approved it, and what became of it")
        self._expect(show_chain(locate.demo_workspace(), action))
        heading("and walks from the finding to the bytes")
        self._expect(await show_evidence(locate.demo_workspace(), self.evidence[0]))

    async def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
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
