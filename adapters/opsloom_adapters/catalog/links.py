"""Addresses in the annotations and links of an entity."""

import re
from urllib.parse import quote, urlsplit

from opsloom.model.ownership import Link
from opsloom_adapters.catalog.catalog import Entity
from opsloom_adapters.catalog.config import CatalogConfig

# https://backstage.io/docs/features/software-catalog/well-known-annotations
SOURCE_LOCATION = "backstage.io/source-location"
PATHS = "opsloom/paths"
_VIEW_URL = "backstage.io/view-url"
_PROJECT_SLUG = "github.com/project-slug"
_PAGERDUTY_ACCOUNT = "pagerduty.com/account"
_PAGERDUTY_SERVICE = "pagerduty.com/service-id"

_SLUG = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_WORD = re.compile(r"[A-Za-z0-9-]+")
_FOLDER_OF_TREE = re.compile(r"/(?:-/)?(?:tree|blob|src/branch)/[^/]+/(.+)")


def page_of(entity: Entity, config: CatalogConfig) -> str | None:
    """Where a person sees the entity: in Backstage, or where it says so itself."""
    if config.web_url is None:
        return _web(entity.wire.metadata.annotations.get(_VIEW_URL, ""))
    ref = entity.ref
    return f"{config.web_url}/catalog/{quote(ref.namespace)}/{quote(ref.kind)}/{quote(ref.name)}"


def runbooks_of(entity: Entity) -> tuple[Link, ...]:
    """Those of `metadata.links` that call themselves a runbook."""
    return tuple(link for link, is_runbook in _links(entity) if is_runbook)


def links_of(entity: Entity) -> tuple[Link, ...]:
    """The other links, and those that well-known annotations mean."""
    annotations = entity.wire.metadata.annotations
    found = [link for link, is_runbook in _links(entity) if not is_runbook]
    source = _source_url(entity)
    if source is not None:
        found.append(Link(title="source", url=source))
    account, service = annotations.get(_PAGERDUTY_ACCOUNT, ""), annotations.get(_PAGERDUTY_SERVICE, "")
    if _WORD.fullmatch(account) and _WORD.fullmatch(service):
        found.append(Link(title="PagerDuty", url=f"https://{account}.pagerduty.com/service-directory/{service}"))
    return tuple(found)


def repository_of(entity: Entity) -> str:
    """The address of the code, as far as it is told."""
    slug = entity.wire.metadata.annotations.get(_PROJECT_SLUG, "")
    return f"https://github.com/{slug}" if _SLUG.fullmatch(slug) else _source_url(entity) or ""


def folders_of(entity: Entity) -> list[tuple[str, str]]:
    """The folders of its repository that belong to the entity, each with the annotation that says so."""
    annotations = entity.wire.metadata.annotations
    named = [(path.strip(), PATHS) for path in annotations.get(PATHS, "").split(",")]
    located = _FOLDER_OF_TREE.search(urlsplit(_source_url(entity) or "").path)
    if located is not None:
        named.append((located[1], SOURCE_LOCATION))
    trimmed = ((path.strip("/").removeprefix("./"), reason) for path, reason in named)
    return [(path, reason) for path, reason in trimmed if path]


def _links(entity: Entity) -> list[tuple[Link, bool]]:
    found = []
    for wire in entity.wire.metadata.links:
        url = _web(wire.url)
        if url is not None:
            is_runbook = "runbook" in f"{wire.type} {wire.title}".casefold()
            found.append((Link(title=wire.title or url, url=url), is_runbook))
    return found


def _source_url(entity: Entity) -> str | None:
    return _web(entity.wire.metadata.annotations.get(SOURCE_LOCATION, "").removeprefix("url:"))


def _web(url: str) -> str | None:
    """Only what a browser may open without harm; userinfo would be a credential."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None
