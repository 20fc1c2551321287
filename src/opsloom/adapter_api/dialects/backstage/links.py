"""Addresses: an entity's page in Backstage, and those in its annotations and links."""

import re
from urllib.parse import quote, urlsplit

from opsloom.adapter_api.dialects.backstage.entity import Metadata
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.model.ownership import Link

# https://backstage.io/docs/features/software-catalog/well-known-annotations
SOURCE_LOCATION = "backstage.io/source-location"
_PROJECT_SLUG = "github.com/project-slug"
_PAGERDUTY_ACCOUNT = "pagerduty.com/account"
_PAGERDUTY_SERVICE = "pagerduty.com/service-id"

_SLUG = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_WORD = re.compile(r"[A-Za-z0-9-]+")


def page_of(ref: EntityRef, web_url: str) -> str:
    """The entity in the Backstage at ``web_url``."""
    parts = "/".join(quote(part, safe="") for part in (ref.namespace, ref.kind, ref.name))
    return f"{web_url}/catalog/{parts}"


def runbooks_of(metadata: Metadata) -> tuple[Link, ...]:
    """Those of ``metadata.links`` that call themselves a runbook."""
    return tuple(link for link, is_runbook in _links(metadata) if is_runbook)


def links_of(metadata: Metadata) -> tuple[Link, ...]:
    """The other links, and those that well-known annotations mean."""
    annotations = metadata.annotations
    found = [link for link, is_runbook in _links(metadata) if not is_runbook]
    source = source_url(metadata)
    if source is not None:
        found.append(Link(title="source", url=source))
    account, service = annotations.get(_PAGERDUTY_ACCOUNT, ""), annotations.get(_PAGERDUTY_SERVICE, "")
    if _WORD.fullmatch(account) and _WORD.fullmatch(service):
        found.append(Link(title="PagerDuty", url=f"https://{account}.pagerduty.com/service-directory/{service}"))
    return tuple(found)


def repository_of(metadata: Metadata) -> str:
    """The address of the code, as far as it is told."""
    slug = metadata.annotations.get(_PROJECT_SLUG, "")
    return f"https://github.com/{slug}" if _SLUG.fullmatch(slug) else source_url(metadata) or ""


def source_url(metadata: Metadata) -> str | None:
    """Where the code lies, as its source-location tells."""
    return web_address(metadata.annotations.get(SOURCE_LOCATION, "").removeprefix("url:"))


def web_address(url: str) -> str | None:
    """Only what a browser may open without harm; userinfo would be a credential."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None


def _links(metadata: Metadata) -> list[tuple[Link, bool]]:
    found = []
    for wire in metadata.links:
        url = web_address(wire.url)
        if url is not None:
            is_runbook = "runbook" in f"{wire.type} {wire.title}".casefold()
            found.append((Link(title=wire.title or url, url=url), is_runbook))
    return found
