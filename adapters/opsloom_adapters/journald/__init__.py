"""journald: the logs of a host or of a log collector, through systemd-journal-gatewayd."""

from opsloom_adapters.journald.adapter import JournaldAdapter

__all__ = ["JournaldAdapter"]
