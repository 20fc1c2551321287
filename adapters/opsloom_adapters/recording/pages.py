"""Pages people of ``teams.json``: a user, whoever is on call for a team, or whom an escalation step names."""

from datetime import datetime
from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, PagePerson, Receipt
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.recording.messages import check_text
from opsloom_adapters.recording.orders import apply_order, seen
from opsloom_adapters.recording.parse import Teams
from opsloom_adapters.recording.question import ask
from opsloom_adapters.recording.recording import Recording

_SHIFT = "on-call of "


async def plan_page(recording: Recording, change: PagePerson, call: Call) -> ChangePlan:
    """Who would be woken; of a team, those whose shift it is.

    :raises InvalidRequestError: the target is neither a team nor a user, nobody is on call, or the text is empty.
    :raises UnsupportedError: the recording has no teams.
    """
    check_text(change.text)
    teams = await recording.teams.read(call)
    question = await ask(recording, call, (("target", change.target),))
    question.capture(recording.teams, teams.pieces(), kind="teams")
    people = _people(teams, change.target, question.present)
    return ChangePlan(
        change=change,
        summary=f"Page {change.target}: wakes {', '.join(people)}",
        targets=(change.target,),
        services=(change.service,) if change.service else (),
        observed=(("wakes", "\n".join(people)),),
        conditional=True,
        effects=tuple(Effect(what=f"page to {person}", before="", after=change.text) for person in people),
        irreversible="Somebody who was woken is awake.",
    )


async def apply_page(recording: Recording, order: Order, call: Call) -> Receipt:
    change = change_of(order, PagePerson)
    return await apply_order(recording, order, call, partial(plan_page, recording, change, call))


async def observe_page(recording: Recording, order: Order, call: Call) -> Observation:
    """Present once it was sent."""
    return seen(recording, order, call, state=(("target", change_of(order, PagePerson).target),))


def _people(teams: Teams, target: str, present: datetime) -> list[str]:
    """Whom ``target`` wakes: a team's shift, also as an escalation step writes it; a user; a role that a step names."""
    roles = {step.notify for line in teams.escalation for step in line.record.steps}
    if target in roles:
        team = target.removeprefix(_SHIFT)
        if team == target:
            return [target]
        target = team
    on_call = [
        line.record.user
        for line in teams.on_call
        if line.record.team == target and line.record.starts_at <= present < line.record.ends_at
    ]
    names = {line.record.name for line in teams.teams}
    users = {user for line in teams.teams for user in line.record.members} | {
        line.record.user for line in teams.on_call
    }
    if target in names:
        if not on_call:
            raise InvalidRequestError("target names a team that has nobody on call now; name a user")
        return sorted(set(on_call))
    if target in users:
        return [target]
    valid = ", ".join((*sorted(names), *sorted(users), *sorted(roles)))
    raise InvalidRequestError(f"target must be a team, a user or a step of an escalation: {valid}")
