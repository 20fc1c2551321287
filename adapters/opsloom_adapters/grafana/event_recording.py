"""Making an annotation of the organization: it has no dashboard, so every dashboard that shows its tags shows it."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, RecordEvent, Sight, WithdrawEvent
from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import format_time
from opsloom_adapters.grafana import wire
from opsloom_adapters.grafana.annotations import link_of
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import dashboard_link
from opsloom_adapters.grafana.times import milliseconds_of, moment_of

_TAG_CHARS = 100  # Grafana's column for the key of a tag, and for its value


def plan_recording(config: GrafanaConfig, change: RecordEvent) -> ChangePlan:
    """Nothing at Grafana bears on it, so nothing is asked there.

    :raises InvalidRequestError: it belongs to an incident, has no title, or a tag that Grafana would change.
    """
    if change.incident is not None:
        raise InvalidRequestError("incident: annotations of Grafana belong to none; leave it out")
    if not change.title.strip():
        raise InvalidRequestError("title must not be empty: it is what people read on the dashboard")
    tags = _tags_of(change, config)
    return ChangePlan(
        change=change,
        summary=f"Annotate Grafana's time axis: {change.title}",
        targets=(f"annotations with the tags {', '.join(tags)}",),
        services=(change.service,) if change.service else (),
        effects=(Effect(what="annotation now, of no dashboard", before="none", after=_said(change)),),
        inverse=WithdrawEvent(event=""),
        not_inspected=("Which dashboards show annotations with these tags.",),
    )


async def apply_recording(
    client: GrafanaClient, config: GrafanaConfig, change: RecordEvent, order: Order, call: Call
) -> Receipt:
    """The annotation, at this moment; its text tells who wanted it and who approved it, the marker is a tag."""
    said = {
        "time": milliseconds_of(call.now),
        "tags": [*_tags_of(change, config), order.marker],
        "text": f"{_said(change)}\n\nopsloom for {order.requester}, approved by {order.approver}",
    }
    made = await client.create_annotation(call, said)
    shown_on = config.events_dashboard
    return _receipt_of(made, dashboard_link(config, shown_on, call.now, call.now) if shown_on else None)


async def observe_recording(client: GrafanaClient, config: GrafanaConfig, order: Order, call: Call) -> Observation:
    """Present while there is an annotation with the order's marker among its tags."""
    heard = await client.annotations(call, [order.marker], limit=1)
    marked = next((one for one in heard if order.marker in one.tags), None)
    if marked is None:
        return Observation(sight=Sight.ABSENT)
    return Observation(
        sight=Sight.PRESENT, state=state_of(marked), receipt=_receipt_of(str(marked.id), link_of(marked, config))
    )


def state_of(heard: wire.Annotation) -> tuple[tuple[str, str], ...]:
    """What is seen of an annotation, and what a plan to delete it depends on."""
    return (
        ("annotation", str(heard.id)),
        ("time", format_time(moment_of(heard.time))),
        ("tags", ", ".join(heard.tags)),
        ("text", heard.text),
    )


def _receipt_of(annotation: str, link: str | None) -> Receipt:
    return Receipt(native_id=annotation, link=link, inverse=WithdrawEvent(event=annotation))


def _said(change: RecordEvent) -> str:
    return "\n".join(part for part in (change.title.strip(), change.text.strip()) if part)


def _tags_of(change: RecordEvent, config: GrafanaConfig) -> tuple[str, ...]:
    """Those of the settings, those asked for, and the service; each once."""
    service = (f"{config.service_tag}:{change.service}",) if change.service else ()
    tags = tuple(dict.fromkeys((*config.event_tags, *change.tags, *service)))
    for tag in tags:
        key, _, value = tag.partition(":")
        if not key.strip() or tag != tag.strip() or max(len(key), len(value)) > _TAG_CHARS:
            raise InvalidRequestError(
                f"tags must be words or key:value, each part of at most {_TAG_CHARS} characters, such as deploy or "
                "service:checkout"
            )
    return tags
