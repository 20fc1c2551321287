"""Evidence that an answer cites, fetched again: is it held, and is it what its digest says?"""

import hashlib
import json
import re
from typing import Any

from mcp import Client, MCPError
from mcp.types import TextResourceContents

_EVIDENCE_ID = re.compile(r"\bev_[a-z2-7]{16}\b")


def cited_in(text: str) -> list[str]:
    """The evidence ids in an answer, each once, in their order."""
    return list(dict.fromkeys(_EVIDENCE_ID.findall(text)))


async def replays(client: Client, ident: str) -> bool:
    """Whether ``ops://evidence/{ident}`` gives a payload that matches the digests of its record."""
    try:
        read = await client.read_resource(f"ops://evidence/{ident}")
    except MCPError:
        return False
    texts = [content.text for content in read.contents if isinstance(content, TextResourceContents)]
    if len(texts) != 2:
        return False
    return _matches(json.loads(texts[0]), texts[1].encode(), ident)


def _matches(record: dict[str, Any], payload: bytes, ident: str) -> bool:
    """The digest of the received body can only be checked where nothing had to be taken out of it."""
    digest = hashlib.sha256(payload).hexdigest()
    untouched = record["redactions"] > 0 or (record["body_sha256"], record["body_bytes"]) == (digest, len(payload))
    return record["id"] == ident and record["payload_sha256"] == digest and untouched
