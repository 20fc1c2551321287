"""Alertmanager's API v2: its alerts and silences.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""
