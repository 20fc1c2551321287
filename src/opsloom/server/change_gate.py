"""The one place through which a call that changes something goes: planned, asked, and only then run.

No tool approves anything. What a client answers on behalf of its person is at most assurance A0, and counts only where
the policy says so; everything stronger comes from another channel and is found in the ledger.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import anyio
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    CallToolRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp.types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from opsloom.approval.approvals import Approvals
from opsloom.approval.decision import Channel, Decision, Verdict, objection_to
from opsloom.approval.progress import ActionView
from opsloom.approval.proposal import Request
from opsloom.approval.requirement import Assurance
from opsloom.approval.rows import By
from opsloom.approval.state import State
from opsloom.audit.canonical import Json
from opsloom.model.errors import AuditUnavailableError, InvalidRequestError
from opsloom.model.limits import ASK_PROGRESS_EVERY_SECONDS, ASK_WAIT_SECONDS, REASON_CHARS
from opsloom.server.call_record import CallRecord
from opsloom.server.caller import name_of
from opsloom.server.question import Answer, form_of, message_of, read_answer
from opsloom.server.runtime import Runtime
from opsloom.tools.action_answer import ActionAnswer
from opsloom.tools.context import ToolContext
from opsloom.tools.registry import ToolSpec

Context = ServerRequestContext[Runtime, Any]
_KEY = "approval"
_NOT_ARGUMENTS = ("dry_run", "investigation")


class ChangeGate:
    """One call of one tool that proposes."""

    def __init__(self, context: Context, runtime: Runtime, call: CallRecord, params: CallToolRequestParams) -> None:
        self._context = context
        self._runtime = runtime
        self._call = call
        self._params = params
        self._by = By(call.actor, call.ident)

    async def run(
        self, spec: ToolSpec, tools: ToolContext, arguments: Mapping[str, Any]
    ) -> ActionAnswer | InputRequiredResult:
        """Plan, ask if this client can be asked and its answer would count, and run what is approved.

        :raises OpsloomError: it cannot be planned, or the log cannot be written.
        """
        approvals = self._approvals()
        if missing := await self._runtime.evidence.missing(arguments["evidence"]):
            raise InvalidRequestError(f"refused: this server holds no evidence {', '.join(sorted(missing))[:400]}")
        request = self._request(spec, arguments)
        if arguments["dry_run"]:
            return ActionAnswer(await approvals.draft(await spec.propose(tools, arguments), request))
        view = await approvals.repeated(request)
        if view is None:
            view = await approvals.propose(await spec.propose(tools, arguments), request, self._by)
        if view.state is State.AWAITING:
            asked = await self._ask(approvals, view)
            if isinstance(asked, InputRequiredResult):
                return asked
            view = asked
        if view.state is State.APPROVED:
            view = await approvals.take_on(view, self._by)
        tools.seen.extend([*view.action.plan_evidence, *view.progress.evidence])
        return ActionAnswer(view)

    def _approvals(self) -> Approvals:
        if self._call.degraded:
            raise AuditUnavailableError("The audit log cannot be written, so nothing may be changed.")
        if self._runtime.approvals is None:
            raise InvalidRequestError("this server was started read only; it changes nothing")
        return self._runtime.approvals

    def _request(self, spec: ToolSpec, arguments: Mapping[str, Any]) -> Request:
        plain = spec.as_json(arguments)
        return Request(
            tool=spec.name,
            tool_digest=spec.digest,
            arguments={name: value for name, value in plain.items() if name not in _NOT_ARGUMENTS},
            requester=name_of(self._call.actor),
            user=self._call.actor.user,
            investigation=self._call.investigation or "",
            reason=arguments["reason"],
            evidence=tuple(dict.fromkeys(arguments["evidence"])),
        )

    async def _ask(self, approvals: Approvals, view: ActionView) -> ActionView | InputRequiredResult:
        """Ask through this client, where that is possible and worth something."""
        state = self._params.request_state
        if state is not None:
            return await self._take_answer(approvals, view, state)
        if not (self._client_has_forms() and self._answer_would_count(view)):
            return view
        if self._context.protocol_version in MODERN_PROTOCOL_VERSIONS:
            nonce = await approvals.ledger.ask(view.action.id, Channel.CLIENT, self._by)
            form = ElicitRequestFormParams(message=self._message(view), requested_schema=form_of(view))
            return InputRequiredResult(input_requests={_KEY: ElicitRequest(params=form)}, request_state=nonce)
        if not self._context.session.can_send_request:
            return view
        nonce = await approvals.ledger.ask(view.action.id, Channel.CLIENT, self._by)
        return await self._decide(approvals, view, nonce, await self._ask_and_wait(view))

    async def _take_answer(self, approvals: Approvals, view: ActionView, state: str) -> ActionView:
        """An answer of the stateless era; it is good once, and for the action that was asked about."""
        return await self._decide(approvals, view, state, (self._params.input_responses or {}).get(_KEY))

    async def _decide(self, approvals: Approvals, view: ActionView, nonce: str, result: object) -> ActionView:
        answered = await approvals.ledger.answer(nonce, view.action.id)
        if answered is None:
            return await approvals.ledger.get(view.action.id)
        answer = read_answer(result, answered, view)
        if answer.verdict is None:
            told: dict[str, Json] = {"channel": Channel.CLIENT, "seconds": round(answered, 3)}
            return await approvals.ledger.note_no_decision(view.action.id, str(answer.outcome), self._by, told)
        safe_reason = self._runtime.safe(answer.reason, REASON_CHARS)
        make = partial(self._decision, view, answer, safe_reason, round(answered, 3))
        ruling = await approvals.ledger.decide(make, self._by)
        return ruling.view

    def _decision(self, view: ActionView, answer: Answer, reason: str, seconds: float, at: datetime) -> Decision:
        user = self._call.actor.user
        own = answer.verdict is Verdict.APPROVE and user == view.action.requester_user
        return Decision(
            action=view.action.id,
            digest=view.action.digest,
            verdict=answer.verdict or Verdict.DENY,
            person=user,
            channel=Channel.CLIENT,
            assurance=Assurance.A0,
            at=at,
            seconds=seconds,
            reason=reason,
            self_approved=own,
        )

    def _answer_would_count(self, view: ActionView) -> bool:
        yes = self._decision(view, Answer(Verdict.APPROVE), "", 0.0, view.action.planned_at)
        return not objection_to(yes, view.action)

    def _client_has_forms(self) -> bool:
        capabilities = self._context.session.client_capabilities
        asks = capabilities.elicitation if capabilities else None
        return asks is not None and (asks.form is not None or asks.url is None)

    def _message(self, view: ActionView) -> str:
        return message_of(view, self._runtime.safe)

    async def _ask_and_wait(self, view: ActionView) -> ElicitResult | None:
        """Ask in the era of handshakes, where the call stays open; for ``limits.ASK_WAIT_SECONDS`` and no longer."""
        answer = None
        with anyio.move_on_after(ASK_WAIT_SECONDS):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._show_progress)
                answer = await self._answer_of_client(view)
                tasks.cancel_scope.cancel()
        return answer

    async def _answer_of_client(self, view: ActionView) -> ElicitResult | None:
        try:
            return await self._context.session.elicit_form(self._message(view), form_of(view), self._context.request_id)
        except MCPError:  # it cannot show a form, whatever it declared
            return None
        except ValidationError:  # no answer of the protocol: worth as much as an empty one
            return ElicitResult(action="accept")

    async def _show_progress(self) -> None:
        """Clients that give up on silent calls wait on while progress comes."""
        beats = 0
        while True:
            await anyio.sleep(ASK_PROGRESS_EVERY_SECONDS)
            beats += 1
            await self._context.session.report_progress(beats, None, "a person is asked")
