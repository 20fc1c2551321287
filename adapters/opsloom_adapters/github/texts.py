"""What is written into issues: the text, who asked for it, and the marker by which it is found again."""

import re
from collections.abc import Iterable

from opsloom.model.changes import Effect, Order

_MENTION = re.compile(r"(?<![\w`/@.])@([A-Za-z0-9][A-Za-z0-9-]*(?:/[A-Za-z0-9._-]+)?)")


def signed(text: str, order: Order) -> str:
    """``text`` with a last line for people, and the marker in a comment of HTML, which GitHub does not show."""
    asked = f"_Asked for by {_plain(order.requester)}, approved by {_plain(order.approver)}, through opsloom._"
    return "\n\n".join(part for part in (text.strip(), asked, marker_of(order)) if part)


def marker_of(order: Order) -> str:
    """``<!-- opsloom-... -->``"""
    return f"<!-- {order.marker} -->"


def with_links(text: str, links: Iterable[str]) -> str:
    """The text with one line for each address."""
    return "\n".join((text.strip(), "", *(one_line(link) for link in links))).strip()


def one_line(text: str) -> str:
    """``text`` with every run of white space as one blank."""
    return " ".join(text.split())


def mention_effects(text: str) -> tuple[Effect, ...]:
    """Whom GitHub would notify because of ``text``."""
    names = dict.fromkeys(f"@{name}" for name in _MENTION.findall(text))
    return (Effect(what="people who are notified", before="", after=", ".join(names)),) if names else ()


def _plain(name: str) -> str:
    """A name that notifies nobody and formats nothing."""
    return re.sub(r"[@_*`<>\[\]]", " ", one_line(name)).strip()
