"""The part of the demo in which something is changed: proposed, approved at this terminal, run and verified."""

import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import anyio

from opsloom.cli.demo_screen import heading, rows_of, sparkline, wrapped

Ask = Callable[..., Awaitable[dict[str, Any]]]


class ChangeStory:
    """``ask`` calls a tool through the demo's client; ``by_itself`` approves without a person, and the log says so."""

    def __init__(self, ask: Ask, *, by_itself: bool) -> None:
        self._ask = ask
        self._by_itself = by_itself
        self.action = ""

    async def play(self, evidence: Sequence[str]) -> bool:
        """Whether all of it went as told."""
        heading("The assistant proposes a rollback; nothing happens yet")
        asked = await self._ask(
            "rollback_deploy", service="checkout", reason="errors since that deploy", evidence=list(evidence)
        )
        self.action = asked["action"]
        print(f"  {asked['status']}, risk {asked['risk']}: {asked['needs']}")
        heading(
            "A person reads it in a terminal" + (" (nobody is there: the demo approves by itself)" * self._by_itself)
        )
        approved = await self._approve(asked["code"]) == 0
        heading("It runs once, if at all, and opsloom looks whether it helped")
        ended = await self._ask("action_status", action=self.action)
        for look in ended.get("looks", ()):
            print(wrapped(look))
        if not approved:
            print(wrapped(f"It was not approved, so it did not run: {ended['status']}"))
            return bool(ended["status"] == "pending_approval")
        return bool(ended["status"] == "succeeded") and await self._is_back()

    async def _approve(self, code: str) -> int:
        """The very command that an approver uses, at this terminal."""
        yes = ["--yes"] if self._by_itself else []
        print(f"  > opsloom approve {code} --demo {' '.join(yes)}".rstrip(), flush=True)
        command = [sys.executable, "-m", "opsloom.cli.main", "approve", code, "--demo", *yes]
        process = await anyio.open_process(command, stdin=None, stdout=None, stderr=None, env=dict(os.environ))
        return await process.wait()

    async def _is_back(self) -> bool:
        heading("The error ratio, a few recorded minutes later")
        answer = await self._ask("query_metrics", metric="http_error_ratio", service="checkout", since="-1h")
        points: list[float | None] = rows_of(answer)[0]["points"]
        print(f"  {sparkline(points)}  {answer['window']['from'][11:16]} to {answer['window']['to'][11:16]}")
        last = [point for point in points if point is not None][-1]
        print(f"  now {last:.1%}")
        return last < 0.05
