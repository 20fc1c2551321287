"""What a server is built from: settings, the instances they give, and which tools those can serve."""

from dataclasses import dataclass
from pathlib import Path

from opsloom.approval.policy_load import PolicySource, load_policy
from opsloom.model.clock import Clock, StoppedClock, SystemClock
from opsloom.providers.instance import BrokenInstance, Instance, build_instances
from opsloom.providers.settings import Settings, load_settings
from opsloom.tools import TOOLS
from opsloom.tools.registry import ToolSpec


@dataclass(frozen=True)
class Configuration:
    """A settings file, read and checked; nothing has been contacted."""

    settings: Settings
    instances: tuple[Instance, ...]
    broken: tuple[BrokenInstance, ...]
    policy: PolicySource
    read_only: bool = False

    @classmethod
    def load(cls, file: Path, *, read_only: bool = False) -> "Configuration":
        """Read ``file``. ``read_only`` serves no tool that changes anything outside.

        :raises ConfigurationError: the file as a whole is wrong; a wrong instance ends up in ``broken``.
        """
        settings = load_settings(file)
        instances, broken = build_instances(settings, file)
        return cls(settings, tuple(instances), tuple(broken), PolicySource(file), read_only)

    @classmethod
    def of(cls, settings: Settings, file: Path, *, read_only: bool = False) -> "Configuration":
        """The same for settings that are there already; ``file`` is named in errors."""
        instances, broken = build_instances(settings, file)
        policy = PolicySource(load_policy(settings, file))
        return cls(settings, tuple(instances), tuple(broken), policy, read_only)

    @property
    def clock(self) -> Clock:
        """The present: the machine's, or the fixed one of a recording."""
        now = self.settings.workspace.now
        return SystemClock() if now is None else StoppedClock(now)

    def served_tools(self) -> dict[str, ToolSpec]:
        """The tools that at least one instance can serve. A broken instance counts for what it would serve,
        so that its tools answer with the reason instead of not being there."""
        capabilities = {capability for instance in self.instances for capability in instance.capabilities}
        for broken in self.broken:
            capabilities |= broken.capabilities or frozenset()
        return {
            name: spec
            for name, spec in TOOLS.items()
            if (not spec.needs or capabilities.intersection(spec.needs)) and not (self.read_only and spec.changes)
        }
