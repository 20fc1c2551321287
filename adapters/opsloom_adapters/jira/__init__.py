"""Jira Cloud: the issues of a Jira site as tickets."""

from opsloom_adapters.jira.adapter import JiraAdapter

__all__ = ["JiraAdapter"]
