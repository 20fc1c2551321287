"""EventRecorder on Datadog's events."""

import re
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.changes import (
    ChangePlan,
    Effect,
    EventChange,
    Observation,
    Order,
    Receipt,
    RecordEvent,
    Sight,
)
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.window import Window
from opsloom_adapters.datadog import change_wire
from opsloom_adapters.datadog.change_client import DatadogChangeClient
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.marks import signed, without_mentions
from opsloom_adapters.datadog.tags import tag_value

_TITLE_CHARS_MAX = 500
_TEXT_CHARS_MAX = 3_500  # of 4,000: the rest is for who asked and approved
_LOOK_BACK = timedelta(days=14)
_TAG = re.compile(r"[A-Za-z][\w\-./:]{0,199}")
_MARKER_KEY = "opsloom_action"
_SOURCE = "opsloom"


async def plan_event(change: EventChange, call: Call) -> ChangePlan:
    """What would be put on the time axis; nothing of Datadog's state matters for it.

    :raises UnsupportedError: taking an event back, or writing into the timeline of an incident.
    :raises InvalidRequestError: no title, one that is too long, or a tag that is none.
    """
    event = _checked(change)
    said = (("title", event.title), ("text", event.text), ("tags", ", ".join(_tags_of(event))))
    return ChangePlan(
        change=event,
        summary=f"post the event {event.title} to {call.instance}",
        targets=(call.instance,),
        services=(event.service,) if event.service else (),
        effects=tuple(Effect(what=f"{what} of a new event", before="", after=after) for what, after in said if after),
        irreversible="Datadog's API deletes no events.",
        not_inspected=("Which monitors, dashboards and correlations of Datadog take this event up.",),
    )


async def apply_event(changes: DatadogChangeClient, order: Order, call: Call) -> Receipt:
    """Post it, with the marker as a tag."""
    event = _checked(order.plan.change)
    posted = await changes.post_event(
        call,
        {
            "title": event.title,
            "text": signed(event.text, order),
            "tags": [*_tags_of(event), _marker_tag(order)],
            "alert_type": "user_update",
            "source_type_name": _SOURCE,
        },
    )
    return _receipt(posted)


async def observe_event(client: DatadogClient, order: Order, call: Call) -> Observation:
    """Look for an event with the marker's tag, two weeks back."""
    window = Window(start=call.now - _LOOK_BACK, end=call.now + timedelta(minutes=5))
    for posted in await client.posted_events(call, _marker_tag(order), window):
        if _marker_tag(order) in posted.tags:
            state = (("event", posted.id_str), ("title", posted.title))
            return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt(posted))
    return Observation(sight=Sight.ABSENT)


def _checked(change: object) -> RecordEvent:
    if not isinstance(change, RecordEvent):
        raise UnsupportedError("Datadog's API deletes no events; post another one that corrects it")
    if change.incident is not None:
        raise UnsupportedError("Datadog's API has no way to write into an incident's timeline; leave out incident")
    title = without_mentions(" ".join(change.title.split()))
    if not 0 < len(title) <= _TITLE_CHARS_MAX or len(change.text) > _TEXT_CHARS_MAX:
        raise InvalidRequestError(
            f"title must have 1 to {_TITLE_CHARS_MAX} characters, and text at most {_TEXT_CHARS_MAX}"
        )
    wrong = [tag for tag in change.tags if not _TAG.fullmatch(tag)]
    if wrong:
        raise InvalidRequestError("tags must be tags such as release or team:payments: letters, digits, _ - . / and :")
    service = tag_value(change.service, "service") if change.service else None
    return change.model_copy(update={"title": title, "text": without_mentions(change.text), "service": service})


def _tags_of(event: RecordEvent) -> tuple[str, ...]:
    named = (f"service:{event.service}",) if event.service else ()
    return tuple(dict.fromkeys((*named, *(tag.lower() for tag in event.tags))))


def _marker_tag(order: Order) -> str:
    return f"{_MARKER_KEY}:{order.marker}"


def _receipt(posted: change_wire.PostedEvent) -> Receipt:
    return Receipt(native_id=posted.id_str, link=posted.url or None)
