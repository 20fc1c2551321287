"""PagerDuty: incidents, who is on call and whom to call next, change events; acknowledging, escalating and paging."""

from opsloom_adapters.pagerduty.adapter import PagerdutyAdapter

__all__ = ["PagerdutyAdapter"]
