"""The configuration that a command works on."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from opsloom.cli import locate
from opsloom.providers.settings import Settings, WorkspaceSettings
from opsloom.server.configuration import Configuration

DEMO_NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)


def configuration(arguments: argparse.Namespace) -> Configuration:
    """From ``--demo``, ``--config`` or the usual places.

    :raises ConfigurationError: the file is missing or wrong.
    """
    file, read_only = locate.settings_file(arguments), bool(getattr(arguments, "read_only", False))
    if arguments.demo:
        return Configuration.of(demo_settings(), file, read_only=read_only)
    return Configuration.load(file, read_only=read_only)


def demo_settings(workspace: Path | None = None) -> Settings:
    """The recorded incident, with the clock stopped at its present."""
    return Settings(
        workspace=WorkspaceSettings(path=workspace or locate.demo_workspace(), now=DEMO_NOW),
        instances={"demo": {"adapter": "recording", "path": "builtin:checkout"}},
        # Whoever tries it out is alone: asker and approver are one person, and every record says so.
        policy={"local_self_approve": True},
    )
