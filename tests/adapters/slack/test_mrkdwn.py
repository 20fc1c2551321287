"""What people see of Slack's mrkdwn, and text that must not become a control sequence."""

import pytest

from opsloom_adapters.slack.mrkdwn import escaped, readable, seems_to_mention, users_in


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("<@U012AB3CDE> look", "@oncall-a look"),
        ("<@U099|lead-b>", "@lead-b"),
        ("<@U099>", "@U099"),
        ("<#C012AB3CD|inc-42>", "#inc-42"),
        ("<#C012AB3CD>", "#C012AB3CD"),
        ("<!here> and <!channel>", "@here and @channel"),
        ("<!subteam^S061|@payments>", "@payments"),
        ("<!subteam^S061>", "@S061"),
        ("<!date^1772529600^{date}|March 3rd>", "March 3rd"),
        ("<https://x.example/a|runbook>", "runbook (https://x.example/a)"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("<http://x.example|x.example>", "x.example"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_control_sequences_are_made_readable(sent: str, shown: str) -> None:
    assert readable(sent, {"U012AB3CDE": "oncall-a"}) == shown


@pytest.mark.parametrize(
    "text", ["<!here>", "<@U012AB3CDE>", "a & b < c > d", "<https://evil.example|bank>", "&lt;!here&gt;"]
)
def test_text_that_is_sent_holds_no_control_sequence_and_reads_as_it_was_written(text: str) -> None:
    sent = escaped(text)
    assert "<" not in sent
    assert users_in(sent) == []
    assert readable(sent, {"U012AB3CDE": "oncall-a"}) == text


def test_a_mention_is_noticed_however_it_is_written() -> None:
    assert all(map(seems_to_mention, ["<!here> x", "@channel", "see <@U1>", "all @everyone"]))
    assert not any(map(seems_to_mention, ["a@here.example", "2 < 3", "plain"]))
