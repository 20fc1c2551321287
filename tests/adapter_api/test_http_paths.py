"""An argument in a path stays one segment of it."""

from urllib.parse import unquote

import httpx
import pytest

from opsloom.adapter_api.contract_kit.argument_checks import HOSTILE
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import InvalidRequestError


@pytest.mark.parametrize("text", [*(text for text in HOSTILE if text != ".."), "...", "a/b", "\u00e9 \u2603"])
def test_any_text_is_one_segment_that_reads_back_as_itself(text: str) -> None:
    path = httpx.URL("http://acme.test/alerts/" + path_segment(text)).raw_path.decode()
    _, alerts, segment = path.split("/")
    assert (alerts, unquote(segment)) == ("alerts", text)


@pytest.mark.parametrize("text", ["", ".", "..", "\ud83d"])
def test_a_text_that_would_name_another_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="id"):
        path_segment(text)
