"""Slack: what was said in channels and threads; messages are posted and channels opened once a person approved it."""

from opsloom_adapters.slack.adapter import SlackAdapter

__all__ = ["SlackAdapter"]
