"""What an adapter can change: one small Protocol per kind of change, apart from the readers.

Each has the same three methods:

- ``plan_...`` reads the present state and says what the change would do. It changes nothing. What is missing or cannot
  be done is an :class:`~opsloom.model.errors.InvalidRequestError` or
  :class:`~opsloom.model.errors.UnsupportedError` whose text says what would do.
- ``apply_...`` does it: one request that changes something, sent once and never again, made conditional on
  ``plan.observed`` where the provider can do that. :class:`~opsloom.model.errors.ConflictError` when the state has
  moved; :class:`~opsloom.model.errors.OutcomeUnknownError` when nobody can tell whether it was done; every other error
  means that nothing was done.
- ``observe_...`` looks whether the order is in effect, by its marker or by the state that it leads to.

Nothing here is called unless a person has approved the very plan; see ``docs/approval.md``.
"""

from typing import Protocol, runtime_checkable

from opsloom.adapter_api.call import Call
from opsloom.model.changes import (
    Acknowledgement,
    ChangePlan,
    ChangeRevision,
    ChannelChange,
    EventChange,
    Observation,
    Order,
    PagePerson,
    Receipt,
    SendMessage,
    ServiceOperation,
    Silence,
    TicketChange,
    ToggleFlag,
    UpdateAlert,
)


@runtime_checkable
class AlertAcknowledger(Protocol):
    """Acknowledges alerts, and takes that back."""

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan: ...

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt: ...

    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class AlertSilencer(Protocol):
    """Makes silences, and ends them."""

    async def plan_silence(self, change: Silence, call: Call) -> ChangePlan: ...

    async def apply_silence(self, order: Order, call: Call) -> Receipt: ...

    async def observe_silence(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class DeployRoller(Protocol):
    """Makes a service run another revision: back, or forward again."""

    async def plan_rollback(self, change: ChangeRevision, call: Call) -> ChangePlan: ...

    async def apply_rollback(self, order: Order, call: Call) -> Receipt: ...

    async def observe_rollback(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class TicketWriter(Protocol):
    """Creates and updates tickets."""

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan: ...

    async def apply_ticket(self, order: Order, call: Call) -> Receipt: ...

    async def observe_ticket(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class MessageSender(Protocol):
    """Posts to channels that people read."""

    async def plan_message(self, change: SendMessage, call: Call) -> ChangePlan: ...

    async def apply_message(self, order: Order, call: Call) -> Receipt: ...

    async def observe_message(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class Pager(Protocol):
    """Wakes people."""

    async def plan_page(self, change: PagePerson, call: Call) -> ChangePlan: ...

    async def apply_page(self, order: Order, call: Call) -> Receipt: ...

    async def observe_page(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class AlertUpdater(Protocol):
    """Comments on alerts, snoozes, escalates and closes them."""

    async def plan_alert_update(self, change: UpdateAlert, call: Call) -> ChangePlan: ...

    async def apply_alert_update(self, order: Order, call: Call) -> Receipt: ...

    async def observe_alert_update(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class ServiceOperator(Protocol):
    """Restarts, scales and syncs what runs; what it cannot do of these it refuses by name."""

    async def plan_service_operation(self, change: ServiceOperation, call: Call) -> ChangePlan: ...

    async def apply_service_operation(self, order: Order, call: Call) -> Receipt: ...

    async def observe_service_operation(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class FlagToggler(Protocol):
    """Switches one feature flag in one environment."""

    async def plan_toggle(self, change: ToggleFlag, call: Call) -> ChangePlan: ...

    async def apply_toggle(self, order: Order, call: Call) -> Receipt: ...

    async def observe_toggle(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class EventRecorder(Protocol):
    """Puts events on the time axis, and takes them back."""

    async def plan_event(self, change: EventChange, call: Call) -> ChangePlan: ...

    async def apply_event(self, order: Order, call: Call) -> Receipt: ...

    async def observe_event(self, order: Order, call: Call) -> Observation: ...


@runtime_checkable
class ChannelWriter(Protocol):
    """Opens channels for incidents, and archives them."""

    async def plan_channel(self, change: ChannelChange, call: Call) -> ChangePlan: ...

    async def apply_channel(self, order: Order, call: Call) -> Receipt: ...

    async def observe_channel(self, order: Order, call: Call) -> Observation: ...


WRITERS: tuple[type, ...] = (
    AlertAcknowledger,
    AlertSilencer,
    AlertUpdater,
    DeployRoller,
    ServiceOperator,
    FlagToggler,
    EventRecorder,
    TicketWriter,
    MessageSender,
    ChannelWriter,
    Pager,
)
