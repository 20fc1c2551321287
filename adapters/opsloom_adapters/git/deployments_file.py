"""Deploys told by the lines of a deployments file."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import anyio.to_thread
from pydantic import ValidationError

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import DeployStatus
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.limits import PROGRAM_OUTPUT_MAX_BYTES
from opsloom_adapters.git.config import GitConfig
from opsloom_adapters.git.deployment import Deployment, Deployments
from opsloom_adapters.git.mapping import kind_of, status_of
from opsloom_adapters.git.program import GitProgram
from opsloom_adapters.git.wire import DeploymentLine

_COMMIT_ID = re.compile(r"[0-9a-f]{7,64}")


async def read_deployments_file(program: GitProgram, config: GitConfig, call: Call) -> Deployments:
    """The deploys of all lines; none if no file is configured.

    :raises UnexpectedAnswerError: the file is not there, or it has lines and none of them can be read.
    """
    if config.deployments_file is None:
        return Deployments()
    body = await _read_file(program, config, call, config.deployments_file)
    return _parse_lines(body, config, call)


def native_id_of(line: bytes) -> str:
    """The id of the deploy that ``line`` tells, which has no line end."""
    return f"file:{hashlib.sha256(line).hexdigest()[:16]}"


async def _read_file(program: GitProgram, config: GitConfig, call: Call, path: str) -> bytes:
    if config.deployments_ref is not None:
        return (await program.read(call, "cat-file", "blob", f"{config.deployments_ref}:{path}")).encode()
    try:
        body = await anyio.to_thread.run_sync(_read_from_work_tree, config.repository, path)
    except OSError as error:
        raise UnexpectedAnswerError(
            f"{call.instance}: {path} cannot be read from the work tree ({error.strerror}); "
            "check deployments_file, or set deployments_ref",
            instance=call.instance,
        ) from None
    call.capture(method="READ", url=f"file:{path}", media_type="application/jsonl", body=body)
    if len(body) > PROGRAM_OUTPUT_MAX_BYTES:
        raise UnexpectedAnswerError(f"{call.instance}: {path} is too large", instance=call.instance)
    return body


def _read_from_work_tree(repository: Path, path: str) -> bytes:
    root = repository.resolve()
    file = (root / path).resolve()
    if not file.is_relative_to(root):
        raise PermissionError(0, "a link leads out of the repository")
    if not file.is_file():
        raise FileNotFoundError(0, "it is no file")
    with file.open("rb") as stream:
        return stream.read(PROGRAM_OUTPUT_MAX_BYTES + 1)


def _parse_lines(body: bytes, config: GitConfig, call: Call) -> Deployments:
    bad: list[int] = []
    found = {deployment.native_id: deployment for deployment in _each_line(body, config, bad)}
    if not bad:
        return Deployments(tuple(found.values()))
    place = f"{config.deployments_file} line {bad[0]}"
    if not found:
        raise UnexpectedAnswerError(f"{call.instance}: {place} is no deployment", instance=call.instance)
    return Deployments(
        tuple(found.values()),
        (f"{len(bad)} lines of the deployments file could not be read, first {place}",),
    )


def _each_line(body: bytes, config: GitConfig, bad: list[int]) -> Iterator[Deployment]:
    for number, line in enumerate(body.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            said = DeploymentLine.model_validate_json(line)
        except ValidationError:
            bad.append(number)
            continue
        commit = (said.commit or "").lower()
        yield Deployment(
            native_id=native_id_of(line),
            at=said.at.astimezone(UTC),
            service=said.service,
            environment=said.environment or config.environment,
            version=said.version,
            commit=commit if _COMMIT_ID.fullmatch(commit) else "",
            author=said.author or "",
            title=said.title or "",
            status=DeployStatus.SUCCEEDED if said.status is None else status_of(said.status),
            status_raw=said.status or "",
            kind=kind_of(said.kind or ""),
        )
