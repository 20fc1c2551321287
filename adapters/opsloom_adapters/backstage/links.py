"""Addresses: pages of Backstage, and those in the annotations and links of an entity."""

import re
from urllib.parse import quote, urlencode, urlsplit

from opsloom.model.ownership import Link
from opsloom_adapters.backstage.config import BackstageConfig
from opsloom_adapters.backstage.entity_ref import EntityRef
from opsloom_adapters.backstage.wire import Entity

# https://backstage.io/docs/features/software-catalog/well-known-annotations
SOURCE_LOCATION = "backstage.io/source-location"
PATHS = "opsloom/paths"
_PROJECT_SLUG = "github.com/project-slug"
_PAGERDUTY_ACCOUNT = "pagerduty.com/account"
_PAGERDUTY_SERVICE = "pagerduty.com/service-id"

_SLUG = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_WORD = re.compile(r"[A-Za-z0-9-]+")
_FOLDER_OF_TREE = re.compile(r"/(?:-/)?(?:tree|blob|src/branch)/[^/]+/(.+)")


def entity_page(ref: EntityRef, config: BackstageConfig) -> str:
    """The entity in Backstage."""
    parts = "/".join(quote(part, safe="") for part in (ref.namespace, ref.kind, ref.name))
    return f"{_web_url(config)}/catalog/{parts}"


def search_page(text: str | None, config: BackstageConfig) -> str:
    """The components in Backstage, of every owner, that ``text`` is searched in."""
    filters = {"filters[kind]": "component", "filters[user]": "all", **({"filters[text]": text} if text else {})}
    return f"{_web_url(config)}/catalog?{urlencode(filters)}"


def graph_page(roots: list[EntityRef], config: BackstageConfig) -> str:
    """The relations around ``roots`` in Backstage, or around nothing in particular."""
    chosen = urlencode([("rootEntityRefs[]", str(root)) for root in roots])
    return f"{_web_url(config)}/catalog-graph" + (f"?{chosen}" if chosen else "")


def runbooks_of(entity: Entity) -> tuple[Link, ...]:
    """Those of ``metadata.links`` that call themselves a runbook."""
    return tuple(link for link, is_runbook in _links(entity) if is_runbook)


def links_of(entity: Entity) -> tuple[Link, ...]:
    """The other links, and those that well-known annotations mean."""
    annotations = entity.metadata.annotations
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
    slug = entity.metadata.annotations.get(_PROJECT_SLUG, "")
    return f"https://github.com/{slug}" if _SLUG.fullmatch(slug) else _source_url(entity) or ""


def folders_of(entity: Entity) -> list[tuple[str, str]]:
    """The folders of its repository that belong to the entity, each with the annotation that says so."""
    annotations = entity.metadata.annotations
    named = [(path.strip(), PATHS) for path in annotations.get(PATHS, "").split(",")]
    located = _FOLDER_OF_TREE.search(urlsplit(_source_url(entity) or "").path)
    if located is not None:
        named.append((located[1], SOURCE_LOCATION))
    trimmed = ((path.strip("/").removeprefix("./"), reason) for path, reason in named)
    return [(path, reason) for path, reason in trimmed if path]


def _web_url(config: BackstageConfig) -> str:
    return config.web_url or config.base_url


def _links(entity: Entity) -> list[tuple[Link, bool]]:
    found = []
    for wire in entity.metadata.links:
        url = _web(wire.url)
        if url is not None:
            is_runbook = "runbook" in f"{wire.type} {wire.title}".casefold()
            found.append((Link(title=wire.title or url, url=url), is_runbook))
    return found


def _source_url(entity: Entity) -> str | None:
    return _web(entity.metadata.annotations.get(SOURCE_LOCATION, "").removeprefix("url:"))


def _web(url: str) -> str | None:
    """Only what a browser may open without harm; userinfo would be a credential."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None
