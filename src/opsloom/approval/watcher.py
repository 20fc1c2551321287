"""Notices what other processes did to actions, such as an approval in a terminal, and takes actions on."""

import logging
from collections.abc import Awaitable, Callable

import anyio

from opsloom.approval.ledger import Ledger, Standing
from opsloom.approval.requirement import Execution
from opsloom.approval.runner import Runner
from opsloom.approval.state import State
from opsloom.model.errors import OpsloomError
from opsloom.model.limits import ACTION_WATCH_SECONDS, RECONCILE_AGAIN_SECONDS

logger = logging.getLogger(__name__)
_TO_TAKE_ON = frozenset({State.APPROVED, State.EXECUTING, State.UNKNOWN, State.VERIFYING})


class Watcher:
    """Watches for one server process; ``changed`` is told the id of each action that has moved."""

    def __init__(self, ledger: Ledger, runner: Runner, changed: Callable[[str], Awaitable[None]]) -> None:
        self._ledger = ledger
        self._runner = runner
        self._changed = changed
        self._versions: dict[str, int] | None = None
        self._tried_at: dict[str, float] = {}

    async def watch(self) -> None:
        """Look every ``limits.ACTION_WATCH_SECONDS``, for ever."""
        while True:
            try:
                await self.look()
            except OpsloomError:
                logger.exception("the actions of this workspace cannot be watched")
            await anyio.sleep(ACTION_WATCH_SECONDS)

    async def look(self) -> None:
        """One look."""
        standing = await self._ledger.standing()
        if any(one.due for one in standing):
            await self._ledger.expire()
            standing = await self._ledger.standing()
        before, self._versions = self._versions, {one.ident: one.version for one in standing}
        for one in standing:
            if before is not None and before.get(one.ident) != one.version:
                await self._changed(one.ident)
        for one in standing:
            if await self._is_mine_to_take_on(one):
                self._runner.start(one.ident)

    async def _is_mine_to_take_on(self, one: Standing) -> bool:
        """What this process planned or began and does not work on; and what one did that has ended."""
        if one.state not in _TO_TAKE_ON or self._runner.runs(one.ident):
            return False
        mine = one.server == self._ledger.server
        if not (mine or one.state is State.UNKNOWN) and self._ledger.is_alive(one.server):
            return False
        view = await self._ledger.get(one.ident)
        if not self._runner.serves(view):
            return False
        if one.state is State.APPROVED:
            return view.action.requirement.execute is Execution.ON_APPROVAL
        return self._is_time_to_try(one.ident)

    def _is_time_to_try(self, ident: str) -> bool:
        """Not again at once after it did not get further, such as while its provider is down."""
        now = anyio.current_time()
        if now - self._tried_at.get(ident, -RECONCILE_AGAIN_SECONDS) < RECONCILE_AGAIN_SECONDS:
            return False
        self._tried_at[ident] = now
        return True
