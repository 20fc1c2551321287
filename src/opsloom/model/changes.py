"""Changes: what can be asked of a provider, what it would do, and what is seen of it afterwards.

A change is data. It is planned (read only), approved by a person in exactly that form, applied once, and observed.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from opsloom.model.record import Noun
from opsloom.model.tickets import TicketStatus


class AcknowledgeAlert(Noun):
    """Somebody works on ``alert`` (its native id): the provider stops escalating it."""

    kind: Literal["acknowledge_alert"] = "acknowledge_alert"
    alert: str
    comment: str = ""


class UnacknowledgeAlert(Noun):
    """Takes an acknowledgement back: ``alert`` escalates again."""

    kind: Literal["unacknowledge_alert"] = "unacknowledge_alert"
    alert: str
    comment: str = ""


class UpdateAlert(Noun):
    """What else can be done to ``alert`` (its native id): exactly one of a comment, a snooze of ``snooze_seconds``, an
    escalation to ``escalate_to`` (a person, team, policy or level as the provider names it), and ``close``.

    A comment may go with any of the others.
    """

    kind: Literal["update_alert"] = "update_alert"
    alert: str
    comment: str | None = None
    snooze_seconds: int | None = None
    escalate_to: str | None = None
    close: bool = False


class Matcher(Noun):
    """One label condition, as Alertmanager writes it: ``name="value"``, or ``name=~"regular expression"``."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    def __str__(self) -> str:
        operator = ("=~" if self.is_equal else "!~") if self.is_regex else ("=" if self.is_equal else "!=")
        return f'{self.name}{operator}"{self.value}"'


class SilenceAlerts(Noun):
    """Nobody is notified of alerts that match all of ``matchers``, for ``duration_seconds`` from when it is applied."""

    kind: Literal["silence_alerts"] = "silence_alerts"
    matchers: tuple[Matcher, ...]
    duration_seconds: int
    comment: str = ""


class ExpireSilence(Noun):
    """Ends the silence with the native id ``silence`` at once. A plan leaves it empty where only the change's receipt
    will tell."""

    kind: Literal["expire_silence"] = "expire_silence"
    silence: str
    comment: str = ""


class ChangeRevision(Noun):
    """``service`` runs ``revision`` again. No revision in a request means the last good one before the present one,
    as the provider reports it; a plan always names it."""

    kind: Literal["change_revision"] = "change_revision"
    service: str
    environment: str | None = None
    revision: str | None = None
    comment: str = ""


class RestartService(Noun):
    """The processes of ``service`` are replaced by new ones of the same version."""

    kind: Literal["restart_service"] = "restart_service"
    service: str
    environment: str | None = None


class ScaleService(Noun):
    """``service`` runs with ``replicas`` processes."""

    kind: Literal["scale_service"] = "scale_service"
    service: str
    replicas: int
    environment: str | None = None


class SyncService(Noun):
    """``service`` is brought to the state that its source declares at ``revision``, the present one where ``None``."""

    kind: Literal["sync_service"] = "sync_service"
    service: str
    environment: str | None = None
    revision: str | None = None


class ToggleFlag(Noun):
    """The feature flag ``flag`` is switched on or off in one ``environment``."""

    kind: Literal["toggle_flag"] = "toggle_flag"
    flag: str
    environment: str
    enabled: bool


class RecordEvent(Noun):
    """Something to remember on the time axis: an annotation, a custom event, a timeline entry.

    ``incident`` is the native id of the incident whose timeline it belongs to, where the provider has such.
    """

    kind: Literal["record_event"] = "record_event"
    title: str
    text: str = ""
    service: str | None = None
    incident: str | None = None
    tags: tuple[str, ...] = ()


class WithdrawEvent(Noun):
    """Takes back ``event`` (its native id). A plan leaves it empty where only the change's receipt will tell."""

    kind: Literal["withdraw_event"] = "withdraw_event"
    event: str


class CreateTicket(Noun):
    """A new ticket."""

    kind: Literal["create_ticket"] = "create_ticket"
    title: str
    description: str = ""
    service: str | None = None
    priority: str | None = None


class UpdateTicket(Noun):
    """What changes on ``ticket`` (its native id, or that of an incident); ``None`` and an empty tuple leave alone.

    ``links`` are addresses.
    """

    kind: Literal["update_ticket"] = "update_ticket"
    ticket: str
    comment: str | None = None
    status: TicketStatus | None = None
    assignee: str | None = None
    links: tuple[str, ...] = ()


class SendMessage(Noun):
    """A post in a channel that people read: a reply to ``thread``, or instead of the message ``replaces``, where given.

    Both are as the provider names messages, such as a message's ``thread`` in a search.
    """

    kind: Literal["send_message"] = "send_message"
    channel: str
    text: str
    thread: str | None = None
    replaces: str | None = None


class CreateChannel(Noun):
    """A new channel for an incident."""

    kind: Literal["create_channel"] = "create_channel"
    name: str
    topic: str = ""
    is_private: bool = False


class ArchiveChannel(Noun):
    """Closes ``channel`` (its native id); what was said stays readable. A plan leaves it empty where only the change's
    receipt will tell."""

    kind: Literal["archive_channel"] = "archive_channel"
    channel: str


class PagePerson(Noun):
    """Somebody is woken: ``target`` is a user, team or schedule as the pager knows it."""

    kind: Literal["page_person"] = "page_person"
    target: str
    text: str
    service: str | None = None


ChangeOfWhatRuns = ChangeRevision | RestartService | ScaleService | SyncService | ToggleFlag
"""Those that can end what is wrong with a service, or begin it."""

Acknowledgement = Annotated[AcknowledgeAlert | UnacknowledgeAlert, Field(discriminator="kind")]
Silence = Annotated[SilenceAlerts | ExpireSilence, Field(discriminator="kind")]
TicketChange = Annotated[CreateTicket | UpdateTicket, Field(discriminator="kind")]
ChannelChange = Annotated[CreateChannel | ArchiveChannel, Field(discriminator="kind")]
ServiceOperation = Annotated[RestartService | ScaleService | SyncService, Field(discriminator="kind")]
EventChange = Annotated[RecordEvent | WithdrawEvent, Field(discriminator="kind")]
Change = Annotated[
    AcknowledgeAlert
    | UnacknowledgeAlert
    | UpdateAlert
    | SilenceAlerts
    | ExpireSilence
    | ChangeRevision
    | RestartService
    | ScaleService
    | SyncService
    | ToggleFlag
    | RecordEvent
    | WithdrawEvent
    | CreateTicket
    | UpdateTicket
    | SendMessage
    | CreateChannel
    | ArchiveChannel
    | PagePerson,
    Field(discriminator="kind"),
]


class Effect(Noun):
    """One thing that becomes another: ``what`` is ours, ``before`` and ``after`` may be the provider's words."""

    what: str
    before: str
    after: str


class ChangePlan(Noun):
    """What a change would do, from the provider's present state; nothing has been changed.

    ``change`` is the one that will be applied, with nothing left open. ``targets`` are refs or the provider's names of
    what it touches, ``services`` those that it concerns. ``observed`` is the state that the plan depends on, as
    (name, value): when it has moved, the plan is stale. ``conditional`` says that the provider itself refuses then.
    ``affects`` lists what else is hit, such as the alerts that a silence hides, at most
    ``limits.PLAN_AFFECTED_MAX`` of ``affected_count``. ``inverse`` undoes it; where there is none, ``irreversible``
    says why. ``not_inspected`` are our sentences about what nobody could look at.
    """

    change: Change
    summary: str
    targets: tuple[str, ...]
    services: tuple[str, ...] = ()
    observed: tuple[tuple[str, str], ...] = ()
    conditional: bool = False
    effects: tuple[Effect, ...]
    affects: tuple[str, ...] = ()
    affected_count: int = 0
    inverse: Change | None = None
    irreversible: str = ""
    not_inspected: tuple[str, ...] = ()
    link: str | None = None


class Order(Noun):
    """An approved plan, to be applied now and only once.

    ``marker`` is unique to the action and safe in any text (``opsloom-`` and letters and digits): it goes where the
    provider shows it and can be searched for it, and is the idempotency key where the provider takes one. ``requester``
    and ``approver`` are for the provider's own records.
    """

    plan: ChangePlan
    marker: str
    requester: str
    approver: str


class Receipt(Noun):
    """What the provider said when it took the change. ``native_id`` names what was made, if anything was.

    ``inverse`` undoes what was done, where only the receipt tells how (the id of a silence).
    """

    native_id: str = ""
    link: str | None = None
    inverse: Change | None = None


class Sight(StrEnum):
    """Whether a change is seen at its provider."""

    PRESENT = "present"
    ABSENT = "absent"
    UNOBSERVABLE = "unobservable"


class Observation(Noun):
    """What is seen of an order at its provider, found by its marker or by the state that it leads to.

    ``unobservable`` is for providers that offer no way to look (a webhook). ``state`` is what was seen, as
    (name, value); ``receipt`` is there when it is present.
    """

    sight: Sight
    state: tuple[tuple[str, str], ...] = ()
    receipt: Receipt | None = None
