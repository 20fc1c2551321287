"""Loki: LogQL, and what its HTTP API answers.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""
