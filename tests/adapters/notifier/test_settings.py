"""The settings of a notifier."""

from typing import Any

import pytest
from pydantic import ValidationError

from opsloom_adapters.notifier import NotifierAdapter
from tests.adapters.notifier.asking import URL, WEBHOOK


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "exactly one of webhook_url, file, command"),
        ({**WEBHOOK, "file": "out.jsonl"}, "exactly one of webhook_url, file, command"),
        ({"file": "out.jsonl", "command": ["notify"]}, "exactly one of webhook_url, file, command"),
        ({"webhook_url": URL}, "webhook_url and secret go together"),
        ({"file": "out.jsonl", "secret": {"env": "X"}}, "webhook_url and secret go together"),
        ({"file": "out.jsonl", "ca_file": "ca.pem"}, "ca_file is for webhook_url"),
        ({**WEBHOOK, "webhook_url": f"{URL}?key=1"}, "must not hold a query"),
        ({"command": []}, "at least 1 item"),
        ({"command": ["bin/notify"]}, "an absolute path or a name on PATH"),
        ({"command": ["notify", "a\x00b"]}, "match pattern"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_the_reason(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        NotifierAdapter.manifest.config.model_validate({"adapter": "notifier", **settings})
