"""The Atlassian Document Format, in which Jira keeps descriptions and comments: read as plain text, written as
paragraphs.

Source: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

_LINES = frozenset({"paragraph", "heading", "codeBlock", "taskItem", "decisionItem", "caption"})
"""Nodes that hold a line of text; all others with content hold blocks."""
_ADDRESS = re.compile(r"https?://\S+")


def plain_text(document: JsonValue) -> str:
    """The words of a document, one line for each paragraph; empty for ``None``."""
    return _text(document).strip()


def document(text: str) -> dict[str, JsonValue]:
    """``text`` as a document: a paragraph for each line, and a link where a line is nothing but an address."""
    return {"type": "doc", "version": 1, "content": [_paragraph(line) for line in text.splitlines()]}


def _paragraph(line: str) -> JsonValue:
    if not line:
        return {"type": "paragraph", "content": []}
    words: dict[str, JsonValue] = {"type": "text", "text": line}
    if _ADDRESS.fullmatch(line):
        words["marks"] = [{"type": "link", "attrs": {"href": line}}]
    return {"type": "paragraph", "content": [words]}


def _text(node: JsonValue) -> str:
    if isinstance(node, str):
        return node
    if not isinstance(node, dict):
        return ""
    kind, content = node.get("type"), node.get("content")
    if not isinstance(content, list):
        return _words(node)
    parts = [_text(child) for child in content]
    if kind in _LINES:
        return "".join(parts)
    if kind == "tableRow":
        return " | ".join(parts)
    if kind in ("bulletList", "taskList", "decisionList"):
        parts = [f"- {part}" for part in parts]
    if kind == "orderedList":
        parts = [f"{number}. {part}" for number, part in enumerate(parts, start=1)]
    return "\n".join(part for part in parts if part)


def _words(leaf: Mapping[str, JsonValue]) -> str:
    """What a node without content says."""
    kind, attributes = leaf.get("type"), leaf.get("attrs")
    said = attributes if isinstance(attributes, dict) else {}
    match kind:
        case "text":
            return _linked(str(leaf.get("text") or ""), leaf.get("marks"))
        case "hardBreak":
            return "\n"
        case "rule":
            return "---"
        case "date":
            return _day(said.get("timestamp"))
        case "media":
            return f"[{said.get('alt') or 'attachment'}]"
        case _:  # mention, emoji, status, the cards, and whatever Atlassian adds
            return str(said.get("text") or said.get("shortName") or said.get("url") or "")


def _linked(text: str, marks: JsonValue) -> str:
    """``text``, with the address that it leads to where that is another one."""
    for mark in marks if isinstance(marks, list) else ():
        attributes = mark.get("attrs") if isinstance(mark, dict) and mark.get("type") == "link" else None
        address = attributes.get("href") if isinstance(attributes, dict) else None
        if isinstance(address, str) and address != text:
            return f"{text} ({address})"
    return text


def _day(timestamp: JsonValue) -> str:
    """A date node holds milliseconds, as text."""
    try:
        return datetime.fromtimestamp(int(str(timestamp)) / 1_000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
