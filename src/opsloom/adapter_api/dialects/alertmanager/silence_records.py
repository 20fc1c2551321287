"""Alertmanager's silences in our words."""

from collections.abc import Iterable, Sequence

from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.adapter_api.dialects.alertmanager.matchers import canonical_matchers, text_of
from opsloom.adapter_api.dialects.alertmanager.silence_server import SilenceServer
from opsloom.model.changes import ExpireSilence, Matcher, Receipt
from opsloom.model.window import format_time

ACTIVE = "active"
EXPIRED = "expired"
STANDING = frozenset({ACTIVE, "pending"})
"""The states of a silence that is not over; it is pending until its start has come."""


def matchers_of(heard: wire.GettableSilence) -> tuple[Matcher, ...]:
    return canonical_matchers(
        Matcher(name=one.name, value=one.value, is_regex=one.is_regex, is_equal=one.is_equal) for one in heard.matchers
    )


def selector(matchers: Sequence[Matcher]) -> str:
    """``{service="checkout", severity!="page"}``"""
    return "{" + ", ".join(map(text_of, matchers)) + "}"


def services_named_by(matchers: Iterable[Matcher], server: SilenceServer) -> frozenset[str]:
    """The service that the matchers spell out, also while none of its alerts fires: its next one would be hidden."""
    exact = {one.name: one.value for one in matchers if one.is_equal and not one.is_regex and one.value}
    named = next((exact[label] for label in server.service_labels if label in exact), None)
    return frozenset() if named is None else frozenset({named})


def state_of(heard: wire.GettableSilence) -> tuple[tuple[str, str], ...]:
    """What an observation tells of a silence."""
    return (
        ("silence", heard.id),
        ("state", heard.status.state),
        ("matchers", selector(matchers_of(heard))),
        ("ends_at", format_time(heard.ends_at)),
    )


def receipt_of(silence: str, server: SilenceServer, inverse: ExpireSilence | None = None) -> Receipt:
    return Receipt(native_id=silence, link=server.silence_link(silence), inverse=inverse)
