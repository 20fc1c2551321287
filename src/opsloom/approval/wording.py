"""Sentences about actions and decisions, the same in every channel."""

from opsloom.approval.action import shown_code
from opsloom.approval.decision import Channel, Decision
from opsloom.approval.progress import ActionView
from opsloom.approval.requirement import Assurance
from opsloom.approval.state import State
from opsloom.model.window import format_time

_CHANNELS = {
    Channel.CLIENT: "in the requester's own client",
    Channel.TERMINAL: "in a terminal",
    Channel.DEMO: "by the demo, WITHOUT A PERSON",
}


def decision_of(decision: Decision) -> str:
    """Who decided what, where and how surely."""
    told = f"{decision.verdict} by {decision.person} {_CHANNELS[decision.channel]} ({decision.assurance})"
    if decision.self_approved:
        told += ", SELF-APPROVED: the requester's own decision"
    if decision.break_glass:
        told += ", BREAK-GLASS: a review is due"
    return told


def how_to_approve(view: ActionView) -> str:
    """The command for the person who decides."""
    sign = " --sign" if view.action.requirement.strongest >= Assurance.A2 else ""
    demo = " --demo" if view.action.demo else ""
    return f"opsloom approve {shown_code(view.action.code)}{sign}{demo}"


def next_step(view: ActionView) -> str:
    """What the requester does next."""
    action = view.action
    ask = f"action_status with action={action.id}"
    if view.state is State.AWAITING:
        return f"A person decides with '{how_to_approve(view)}' by {format_time(action.approve_by)}. Then: {ask}."
    if view.state is State.PLANNED:
        return "This cannot run. Recommend it to a person, with the preview."
    if view.state is State.UNKNOWN:
        return f"Do not repeat it: nobody knows yet whether it was done. {ask} looks again."
    if view.state in (State.APPROVED, State.EXECUTING, State.VERIFYING):
        return f"It is under way. {ask} reports."
    if view.progress.next_action:
        return f"A new plan waits for approval: action_status with action={view.progress.next_action}."
    if view.state is State.SUCCEEDED:
        return (
            f"Done and verified. {ask} and undo=true plans its inverse."
            if action.plan.inverse
            else "Done and verified."
        )
    if view.state is State.INEFFECTIVE:
        return f"It was done and did not help. {ask} and undo=true plans its inverse."
    return "It did not run and will not. Propose it anew if it is still wanted."
