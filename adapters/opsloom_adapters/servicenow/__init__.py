"""ServiceNow: incidents, change requests, and services of the CMDB with their owners and dependencies."""

from opsloom_adapters.servicenow.adapter import ServicenowAdapter

__all__ = ["ServicenowAdapter"]
