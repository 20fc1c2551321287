"""Prometheus: PromQL, and what the HTTP API of whatever speaks like it answers.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""
