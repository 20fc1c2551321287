"""``opsloom init --add KIND``: asks for the few settings that an instance needs, tries them, and writes the block."""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

import anyio
from pydantic.fields import FieldInfo

from opsloom.adapter_api.adapter import Manifest
from opsloom.adapter_api.config import SecretSource
from opsloom.cli import doctor
from opsloom.model.errors import ConfigurationError
from opsloom.providers.instance import build_instance
from opsloom.providers.registry import load_adapter
from opsloom.providers.settings import Settings, WorkspaceSettings, load_settings
from opsloom.server.configuration import Configuration

Value = str | list[str] | dict[str, str | list[str]]
_NONE = "-"
_ENVIRONMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Question:
    """One setting to ask for; ``default`` is what an empty answer means."""

    name: str
    field: FieldInfo
    default: str

    @property
    def is_secret(self) -> bool:
        return SecretSource in (self.field.annotation, *get_args(self.field.annotation))

    @property
    def is_list(self) -> bool:
        kinds = (self.field.annotation, *get_args(self.field.annotation))
        return any(get_origin(kind) in (tuple, list, frozenset) for kind in kinds)

    def value_of(self, text: str) -> Value:
        """The setting that an answer means.

        :raises ConfigurationError: a secret was given where its place belongs.
        """
        if self.is_secret:
            return _place_of_secret(self.name, text)
        return [part.strip() for part in text.split(",") if part.strip()] if self.is_list else text


def run(arguments: argparse.Namespace, header: str) -> int:
    """Ask, or take what ``--set`` gives; ``header`` begins a settings file that is not there yet."""
    manifest = load_adapter(arguments.add).manifest
    file = Path(arguments.directory).absolute() / "opsloom.toml"
    name = _free_name(manifest.kind, arguments.name, file)
    given = _given(arguments.set or [])
    asking = sys.stdin.isatty() and sys.stdout.isatty() and not given
    _introduce(manifest)
    while True:
        options: dict[str, Any] = {"adapter": manifest.kind, **_answers(manifest, given, _ask if asking else None)}
        try:
            build_instance(name, options, file)
            break
        except ConfigurationError as error:
            if not asking:
                raise
            print(f"{error}\nAgain:")
    if not _works(name, options, file) and not _anyway(arguments, asking=asking):
        print("nothing was written; --untested writes it all the same")
        return 1
    _write(file, header, _block(name, options))
    print(f"wrote [instances.{name}] to {file}; 'opsloom doctor' tries all instances")
    return 0


def _introduce(manifest: Manifest) -> None:
    print(f"{manifest.title}: {manifest.documentation}")
    if manifest.credential_url:
        print(f"Make the credential here: {manifest.credential_url}")
    for writes, what in ((False, "To read, it needs:"), (True, "For approved changes, another one needs:")):
        scopes = [scope for scope in manifest.scopes if scope.writes is writes]
        if scopes:
            print("\n".join([what, *(f"  {scope.name}: {scope.reason}" for scope in scopes)]))


def _answers(manifest: Manifest, given: Mapping[str, str], ask: Callable[[Question], str] | None) -> dict[str, Value]:
    fields = manifest.config.model_fields
    required = [name for name, field in fields.items() if field.is_required() and name != "adapter"]
    names = dict.fromkeys([*(manifest.asks or required), *required, *given])
    answers: dict[str, Value] = {}
    for name in names:
        if name not in fields:
            raise ConfigurationError(f"{manifest.kind} has no setting {name}; valid are {', '.join(sorted(fields))}")
        question = Question(name, fields[name], _default_of(name, fields[name], manifest.kind))
        text = given.get(name, "") if ask is None else ask(question)
        if text:
            answers[name] = question.value_of(text)
    return answers


def _default_of(name: str, field: FieldInfo, kind: str) -> str:
    """What is suggested: the field's own default, or a name for the variable that holds a secret for reading."""
    if SecretSource in (field.annotation, *get_args(field.annotation)):
        return "" if name.startswith("write_") else f"{kind}_{name}".upper()
    return field.default if isinstance(field.default, str) else ""


def _ask(question: Question) -> str:
    how = " (an environment variable, file:PATH or command:PROGRAM ARGUMENTS; never the secret)"
    optional = not question.field.is_required()
    hint = f" [{question.default}{'; - for none' * optional}]" if question.default else " [none]" * optional
    said = input(f"{question.name}: {question.field.description}{how if question.is_secret else ''}{hint}: ").strip()
    return "" if said == _NONE and optional else said or question.default


def _place_of_secret(name: str, text: str) -> Value:
    kind, _, rest = text.partition(":")
    if kind == "file" and rest:
        return {"file": rest}
    if kind == "command" and rest.split():
        return {"command": rest.split()}
    variable = rest if kind == "env" and rest else text
    if not _ENVIRONMENT.fullmatch(variable):
        raise ConfigurationError(
            f"{name} takes the name of an environment variable, file:PATH or command:PROGRAM ARGUMENTS; "
            "never write the secret itself"
        )
    return {"env": variable}


def _given(settings: list[str]) -> dict[str, str]:
    wrong = [text.partition("=")[0] for text in settings if "=" not in text]
    if wrong:
        raise ConfigurationError(f"--set is written key=value, unlike {', '.join(wrong)}")
    return {key: value for key, _, value in (text.partition("=") for text in settings)}


def _free_name(kind: str, wanted: str | None, file: Path) -> str:
    """``wanted``, or one made of the adapter's.

    :raises ConfigurationError: there is an instance of that name.
    """
    taken = load_settings(file).instances if file.exists() else {}
    if wanted in taken:
        raise ConfigurationError(f"{file} has an instance {wanted} already; give another --name")
    names = [kind, *(f"{kind}-{number}" for number in range(2, len(taken) + 3))]
    return wanted or next(name for name in names if name not in taken)


def _works(name: str, options: Mapping[str, Any], file: Path) -> bool:
    """Try it as ``doctor`` does, in a workspace of its own: the log is for those who work with it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(workspace=WorkspaceSettings(path=Path(folder)), instances={name: dict(options)})
        reports = anyio.run(doctor.examine, Configuration.of(settings, file))
    for report in reports:
        doctor.show(report)
    return all(report.ok for report in reports)


def _anyway(arguments: argparse.Namespace, *, asking: bool) -> bool:
    if arguments.untested:
        return True
    return asking and input("It does not work as it is. Write it all the same? [y/N] ").strip().casefold() in (
        "y",
        "yes",
    )


def _block(name: str, options: Mapping[str, Value]) -> str:
    return "\n".join(["", f"[instances.{name}]", *(f"{key} = {_toml(value)}" for key, value in options.items()), ""])


def _toml(value: Value) -> str:
    """JSON's strings and lists are TOML's, too."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + "}"
    return json.dumps(value)


def _write(file: Path, header: str, block: str) -> None:
    """Add to the end of ``file``; what stands in it stays to the byte.

    :raises ConfigurationError: it cannot be written.
    """
    try:
        before = file.read_text("utf-8") if file.exists() else None
        start = header if before is None else "" if before.endswith("\n") else "\n"
        with file.open("x" if before is None else "a", encoding="utf-8") as handle:
            handle.write(start + block)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from None
