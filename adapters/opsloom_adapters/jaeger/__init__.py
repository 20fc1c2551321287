"""Jaeger: who calls whom, and the spans of a service that failed."""

from opsloom_adapters.jaeger.adapter import JaegerAdapter

__all__ = ["JaegerAdapter"]
