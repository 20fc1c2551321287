"""Which settings file is meant."""

import argparse
import os
from pathlib import Path

from opsloom.model.errors import ConfigurationError

ORDER = "default: $OPSLOOM_CONFIG, ./opsloom.toml, then opsloom/opsloom.toml in $XDG_CONFIG_HOME"


def settings_file(arguments: argparse.Namespace) -> Path:
    """The settings file; it may not exist.

    :raises ConfigurationError: ``--config`` and ``--demo`` were both given.
    """
    if arguments.config and arguments.demo:
        raise ConfigurationError("give either --config or --demo")
    if arguments.config:
        return Path(arguments.config).absolute()
    if named := os.environ.get("OPSLOOM_CONFIG"):
        return Path(named).absolute()
    here = Path("opsloom.toml").absolute()
    at_home = configuration_folder() / "opsloom.toml"
    return at_home if at_home.exists() and not here.exists() else here


def configuration_folder() -> Path:
    """Where a person's own settings and keys are."""
    return _base("XDG_CONFIG_HOME", ".config") / "opsloom"


def demo_workspace() -> Path:
    """Where the demo keeps its log."""
    return _base("XDG_STATE_HOME", ".local/state") / "opsloom" / "demo"


def workspace(arguments: argparse.Namespace) -> Path:
    """The workspace that the settings name, without building any instance."""
    if arguments.demo:
        return demo_workspace()
    import tomllib

    file = settings_file(arguments)
    try:
        named = tomllib.loads(file.read_text("utf-8")).get("workspace", {}).get("path", ".opsloom")
    except FileNotFoundError:
        raise ConfigurationError(f"{file} does not exist; give --config FILE or --demo") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from None
    return (file.parent / Path(str(named)).expanduser()).resolve()


def _base(variable: str, default: str) -> Path:
    named = os.environ.get(variable)
    return Path(named) if named else Path.home() / default
