"""The contract of adapters, kept by the Jaeger adapter."""

from datetime import timedelta
from typing import ClassVar

from opsloom.adapter_api.capabilities import LogReader
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.window import Window
from opsloom_adapters.jaeger import JaegerAdapter
from tests.adapters.jaeger import vendor
from tests.contract.spec import SpecContract

_NOW = SpecContract.now


class TestJaeger(SpecContract):
    adapter = JaegerAdapter
    settings: ClassVar = {
        "adapter": "jaeger",
        "base_url": "http://jaeger.test/jaeger",
        "token": {"env": "JAEGER_TOKEN"},
    }
    specs: ClassVar = {"jaeger": ""}
    beyond_schema: ClassVar = {
        # the schema describes query.attributes at the same operation by POST; for GET it leaves out every map
        "GET /api/v3/traces": "https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v3/query_service.proto",
    }
    replies: ClassVar = {
        "GET /api/v3/services": {"services": ["checkout"]},
        "GET /api/v3/dependencies": vendor.dependencies(("checkout", "cart", 100), ("cart", "orders", 500)),
        "GET /api/v3/traces": vendor.traces(vendor.span(), vendor.span(spanId="eee19b7ec3c1b175")),
    }
    empty_replies: ClassVar = {"GET /api/v3/services": ["{}"]}  # protocol buffers leave an empty list out
    questions: ClassVar = {
        LogReader.search_logs: [
            LogQuery(window=Window(start=_NOW - timedelta(hours=1), end=_NOW), service="checkout", limit=100)
        ]
    }
    words: ClassVar = {LogSeverity: None}  # a span has a number for its status
