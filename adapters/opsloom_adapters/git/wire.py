"""What git prints, and what a deployments file holds, as far as it is needed here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from pydantic import AwareDatetime, BaseModel, ConfigDict

# Of an annotated tag: what kind of deploy it means, where its maker knew.
KIND_TRAILER = "Deploy-Kind"
_TAG_FIELDS = (
    "refname:lstrip=2",
    "objecttype",
    "objectname",
    "committerdate:unix",
    "authorname",
    "*objecttype",
    "*objectname",
    "*committerdate:unix",
    "taggerdate:unix",
    "taggername",
    "contents:subject",
    f"contents:trailers:key={KIND_TRAILER},valueonly,separator=%x2C",
)
TAG_FORMAT = "%00".join(f"%({field})" for field in _TAG_FIELDS) + "%00"

# The leading NUL marks a record: no file name is empty.
COMMIT_FORMAT = "%x00%H%x00%ct%x00%an%x00%s"
_COMMIT_FIELDS = 4
_LAST_SECOND = int(datetime.max.replace(tzinfo=UTC).timestamp()) - 1


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a commit; ``at`` is when it was tagged, or else committed."""

    name: str
    at: datetime
    commit: str
    committed_at: datetime
    author: str
    title: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with the files that it changes against its first parent, where they were asked for."""

    id: str
    committed_at: datetime
    author: str
    title: str
    files: tuple[str, ...] = ()


class DeploymentLine(BaseModel):
    """One line of a deployments file."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: AwareDatetime
    service: str
    version: str
    environment: str | None = None
    commit: str | None = None
    author: str | None = None
    title: str | None = None
    status: str | None = None
    kind: str | None = None


def parse_tags(text: str) -> Iterator[Tag]:
    """Read ``git for-each-ref --format=TAG_FORMAT``; tags of anything but a commit are left out."""
    fields = text.split("\0")
    width = len(_TAG_FIELDS)
    for start in range(0, len(fields) - width + 1, width):
        name, *rest = fields[start : start + width]
        tag = _tag(name.lstrip("\n"), rest)
        if tag is not None:
            yield tag


def _tag(name: str, fields: list[str]) -> Tag | None:
    kind, commit, committed, author, peeled_kind, peeled, peeled_committed, tagged, tagger, title, told = fields
    annotated = kind == "tag"
    if annotated:
        kind, commit, committed, author = peeled_kind, peeled, peeled_committed, tagger
    if kind != "commit":
        return None
    committed_at = _moment(committed)
    at = _moment(tagged) if tagged else committed_at
    return Tag(name, at, commit, committed_at, author, title, told if annotated else "")


def parse_commits(text: str) -> Iterator[Commit]:
    """Read ``git log -z --format=COMMIT_FORMAT``, with or without ``--name-only``."""
    fields = text.split("\0")
    for start, end in pairwise([*_record_starts(fields), len(fields)]):
        body = start + 1 + _COMMIT_FIELDS
        commit, committed, author, title = fields[start + 1 : body]
        files = tuple(name.removeprefix("\n") for name in fields[body:end] if name)
        yield Commit(commit, _moment(committed), author, title, files)


def _record_starts(fields: list[str]) -> list[int]:
    starts = []
    position = 0
    while position + _COMMIT_FIELDS < len(fields):
        if fields[position] == "":
            starts.append(position)
            position += _COMMIT_FIELDS
        position += 1
    return starts


def _moment(unix_seconds: str) -> datetime:
    """A broken date is empty for git; one past the year 9999 is no date for Python."""
    return datetime.fromtimestamp(min(int(unix_seconds or 0), _LAST_SECOND), UTC)
