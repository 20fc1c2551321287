"""Approved actions: policy, plan, decision, claim, execution, verification. Nothing here is a tool that approves."""
