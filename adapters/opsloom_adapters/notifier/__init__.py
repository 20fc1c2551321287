"""notifier: messages and pages, sent by a signed webhook, into a file, or by a program of the operator's."""

from opsloom_adapters.notifier.adapter import NotifierAdapter

__all__ = ["NotifierAdapter"]
