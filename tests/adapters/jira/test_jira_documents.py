"""The Atlassian Document Format, read as text and written.

The nodes: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from typing import Any

import pytest

from opsloom_adapters.jira.adf import document, plain_text


def text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": list(marks)}


def node(kind: str, *content: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attributes, "content": list(content)}


def leaf(kind: str, **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attributes}


def line(*words: Any) -> dict[str, Any]:
    return node("paragraph", *(text(one) if isinstance(one, str) else one for one in words))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (line("Hello ", text("you", {"type": "strong"})), "Hello you"),
        (line("a", {"type": "hardBreak"}, "b"), "a\nb"),
        (line("see ", text("the runbook", {"type": "link", "attrs": {"href": "https://w/x"}})),
         "see the runbook (https://w/x)"),
        (line(text("https://w/x", {"type": "link", "attrs": {"href": "https://w/x"}})), "https://w/x"),
        (line(leaf("mention", id="1", text="@oncall-a"), " look"), "@oncall-a look"),
        (line(leaf("emoji", shortName=":fire:")), ":fire:"),
        (line(leaf("inlineCard", url="https://w/1")), "https://w/1"),
        (line(leaf("date", timestamp="1772496000000")), "2026-03-03"),
        (line(leaf("date", timestamp="soon"), "x"), "x"),
        (line(leaf("status", text="BLOCKED", color="red")), "BLOCKED"),
        (node("heading", text("Impact"), level=2), "Impact"),
        (node("codeBlock", text("kubectl get pods\nls"), language="sh"), "kubectl get pods\nls"),
        (node("bulletList", node("listItem", line("one")), node("listItem", line("two"))), "- one\n- two"),
        (node("orderedList", node("listItem", line("one")), node("listItem", line("two"))), "1. one\n2. two"),
        (node("panel", line("Careful."), panelType="warning"), "Careful."),
        (node("table", node("tableRow", node("tableHeader", line("a")), node("tableCell", line("b")))), "a | b"),
        (node("mediaSingle", leaf("media", id="1", alt="graph.png")), "[graph.png]"),
        (leaf("rule"), "---"),
        (node("somethingNew", line("kept")), "kept"),
    ],
)  # fmt: skip
def test_each_node_keeps_its_words(content: dict[str, Any], said: str) -> None:
    assert plain_text({"type": "doc", "version": 1, "content": [content]}) == said


@pytest.mark.parametrize("nothing", [None, {}, [], 3, {"type": "doc", "version": 1, "content": []}])
def test_no_document_is_no_text(nothing: Any) -> None:
    assert plain_text(nothing) == ""


def test_text_becomes_paragraphs_and_an_address_a_link() -> None:
    assert document("Down.\n\nhttps://grafana.test/d/1?a=b") == {
        "type": "doc",
        "version": 1,
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "Down."}]},
            {"type": "paragraph", "content": []},
            {
                "type": "paragraph",
                "content": [
                    {
                        "type": "text",
                        "text": "https://grafana.test/d/1?a=b",
                        "marks": [{"type": "link", "attrs": {"href": "https://grafana.test/d/1?a=b"}}],
                    }
                ],
            },
        ],
    }


def test_what_is_written_reads_the_same() -> None:
    written = 'rolled back: {"a": 1} *bold* [x|y]\n\nhttps://grafana.test/d/1'
    assert plain_text(document(written)).replace("\n\n", "\n") == written.replace("\n\n", "\n")
