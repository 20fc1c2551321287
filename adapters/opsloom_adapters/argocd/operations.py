"""What an application's operations and history tell about an order."""

from collections.abc import Iterator
from contextlib import contextmanager

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Observation, Order, Receipt, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from opsloom.model.window import format_time
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.identity import AppKey
from opsloom_adapters.argocd.mapping import version_of

MARKER = "opsloom-action"
"""The name under which a sync shows the marker of its order."""


def targets_of(app: wire.Application, instance: str) -> tuple[str, ...]:
    """The application, and the cluster and namespace that it deploys to."""
    destination = app.spec.destination
    place = "/".join(filter(None, (destination.name or destination.server, destination.namespace)))
    return (f"application {app.key} of {instance}", *([place] if place else []))


def target_of(order: Order) -> AppKey:
    """The application of the plan.

    :raises InvalidRequestError: the plan is none of ours.
    """
    key = AppKey.parse(dict(order.plan.observed).get("application", ""))
    if key is None:
        raise InvalidRequestError("the order's plan names no application")
    return key


def expect_idle(app: wire.Application) -> None:
    """Whether Argo CD would take an operation.

    :raises InvalidRequestError: one runs or waits, beside which there is no other.
    """
    if app.is_busy:
        state = app.status.operation_state
        since = f" since {format_time(state.started_at)}" if state and state.finished_at is None else ""
        raise InvalidRequestError(f"an operation on {app.key} runs{since}; ask again when it has ended")


@contextmanager
def stale_if_refused(app: wire.Application, call: Call) -> Iterator[None]:
    """What cannot be planned any more has moved since it was.

    :raises ConflictError: the refusal, in other words.
    """
    try:
        yield
    except (InvalidRequestError, UnsupportedError) as error:
        raise ConflictError(
            f"{app.key} has moved since the plan, nothing was changed: {error}", instance=call.instance
        ) from error


def expect_planned(observed: tuple[tuple[str, str], ...], order: Order, call: Call) -> None:
    """Whether the state is that of the plan.

    :raises ConflictError: it is another one.
    """
    if observed != order.plan.observed:
        raise ConflictError(
            f"{target_of(order)} of {call.instance} has moved since the plan; nothing was changed",
            instance=call.instance,
        )


def observe(
    app: wire.Application, *, after: int, revision: str, receipt: Receipt, marker: str | None = None
) -> Observation:
    """Present if an entry of ``revision`` is newer than entry ``after``, or if the operation of the order runs or went
    well: the one with its ``marker``, or one of that revision where no marker could be left.
    """
    state = app.status.operation_state
    seen = (
        ("revision", version_of(app.history[-1]) if app.history else ""),
        ("sync_status", app.status.sync.status),
        ("health_status", app.status.health.status),
        ("phase", state.phase if state else ""),
        ("message", state.message if state else ""),
    )
    deployed = any(entry.id > after and version_of(entry) == revision for entry in app.history)
    if marker is None:
        under_way = any(one.sync is not None and version_of(one.sync) == revision for one in _running(app))
    else:
        went_well = [state.operation] if state and state.phase == "Succeeded" else []
        under_way = any(_has_marker(one, marker) for one in (*_running(app), *went_well))
    if deployed or under_way:
        return Observation(sight=Sight.PRESENT, state=seen, receipt=receipt)
    return Observation(sight=Sight.ABSENT, state=seen)


def _running(app: wire.Application) -> list[wire.Operation]:
    """Those that wait or run."""
    state = app.status.operation_state
    started = [state.operation] if state and state.finished_at is None else []
    return started + ([app.operation] if app.operation else [])


def _has_marker(operation: wire.Operation, marker: str) -> bool:
    return any(info.name == MARKER and info.value == marker for info in operation.info)
