"""Slack's mrkdwn, and plain text: what control sequences mean, and how text is kept from being one.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping

_CONTROL = re.compile(r"<([^<>\n]*)>")
_USER = re.compile(r"<@([UW][A-Z0-9]+)")
_MENTION = re.compile(r"<[!@]|(?<!\S)@(here|channel|everyone)\b")


def escaped(text: str) -> str:
    """``text`` so that Slack shows it as it is: no mention, no link in disguise."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def readable(text: str, names: Mapping[str, str]) -> str:
    """What people see of a message's mrkdwn: ``@name``, ``#channel``, ``label (address)``."""
    shown = _CONTROL.sub(lambda control: _shown(control[1], names), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def users_in(text: str) -> list[str]:
    """The ids of the people whom a message's mrkdwn mentions."""
    return _USER.findall(text)


def seems_to_mention(text: str) -> bool:
    """Whether somebody who wrote ``text`` may expect it to notify people."""
    return _MENTION.search(text) is not None


def _shown(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return "@" + (names.get(target[1:]) or label or target[1:])
    if target.startswith("#"):
        return "#" + (label or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].removeprefix("subteam^")
    address = target.removeprefix("mailto:")
    if not label or address in (label, f"http://{label}", f"https://{label}"):
        return label or address  # Slack made the link itself of what was written
    return f"{label} ({address})"
