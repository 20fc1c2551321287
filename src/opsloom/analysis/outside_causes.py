"""Causes that no change of one's own made: a vendor that is down, a certificate that ran out, a full disk."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from opsloom.analysis.complaints import Complaint

_HOST = re.compile(
    r"""(?: (?<=://) | (?<=host=) | (?<=from[ ]) | (?<=to[ ]) | (?<=host[ ]) | (?<=@) )
        (?:[a-z0-9-]+\.)+[a-z]{2,}""",
    re.VERBOSE | re.IGNORECASE,
)
_OURS = re.compile(r"\.(svc|local|internal|intranet|lan|corp|cluster|localhost|test)(\.|$)", re.IGNORECASE)
_FAILS = re.compile(
    r"\b(5\d\d|timed? ?out|deadline|unavailable|refused|unreachable|reset|throttl\w+|SlowDown|no such host)\b",
    re.IGNORECASE,
)
_RAN_OUT = re.compile(
    r"\b(certificate|cert|token|licen[cs]e|credential|key|password|subscription)s?\b[^.;]{0,40}\bexpired\b"
    r"|\bexpired\b[^.;]{0,30}\b(certificate|cert|token|licen[cs]e|credential)\b"
    r"|\bno space left on device\b|\bdisk (is )?full\b|\bquota exceeded\b|\b(I/O|hardware) error\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OutsideCause:
    """``told`` is our sentence, ``complaint`` what it stands on."""

    told: str
    complaint: Complaint


def outside_cause_of(complaints: Iterable[Complaint], services: Iterable[str]) -> OutsideCause | None:
    """What the complaints themselves name as the cause; ``None`` if they name none of these.

    Source: about a third of outages have no push of a binary or a configuration as their trigger (The Site Reliability
    Workbook, appendix C). A host is outside if it is a full domain name, none of its labels is one of ``services`` and
    none is used for private networks only (RFC 2606, RFC 6762, and the ``svc`` of Kubernetes).
    """
    complaints = tuple(complaints)
    ours = {name.casefold() for name in services}
    for complaint in complaints:
        if (ran_out := _RAN_OUT.search(complaint.text)) is not None:
            return OutsideCause(f"something ran out by itself: {ran_out[0]}", complaint)
    for complaint in complaints:
        for host in _HOST.findall(complaint.text) if _FAILS.search(complaint.text) else ():
            if not _OURS.search(host) and ours.isdisjoint(host.casefold().split(".")):
                return OutsideCause(f"{host.casefold()}, a host that is none of the services, fails", complaint)
    return None
