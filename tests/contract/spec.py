"""The vendors' published schemas, where they are at hand, to hold requests and canned replies against."""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from opsloom.adapter_api.contract_kit import HttpAdapterContract
from opsloom.adapter_api.contract_kit.asking import Asker
from opsloom.adapter_api.contract_kit.fake_provider import Canned, CannedReply, FakeProvider, Replies, as_reply
from opsloom.adapter_api.contract_kit.fault_checks import FaultExaminer

_SHARED = Path(__file__).resolve().parents[3] / "shared"
_TOOL = _SHARED / "tools" / "specmock.py"


class SpecContract(HttpAdapterContract):
    """The whole contract, with each request and each good reply held against the vendor's published schema.

    ``specs`` are the documents: file name without ``.json`` -> what of the path after ``base_url`` comes before the
    document's own paths. ``beyond_schema`` names requests (``"GET /path"``, ``*`` stands for anything) that the
    document at hand, which is trimmed, lacks or has wrong -> the page of the vendor's documentation that has them.
    """

    specs: ClassVar[Mapping[str, str]]
    beyond_schema: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def violations(self, request: pytest.FixtureRequest) -> Iterator[list[str]]:
        """What broke the schema; hostile arguments may ask for paths that no schema knows."""
        found: list[str] = []
        yield found
        if "hostile" not in request.node.name:
            assert not found, "\n".join(dict.fromkeys(found))

    @pytest.fixture
    def asker(self, tmp_path: Path, violations: list[str]) -> Asker:
        """Asks the adapter under test."""
        config = self.adapter.manifest.config.model_validate(dict(self.make_settings(tmp_path)))
        return Asker(
            self.adapter, config, self.now, self.window_seconds, self.questions, lambda: self._provider(violations)
        )

    @pytest.fixture
    def examiner(self, asker: Asker, violations: list[str]) -> FaultExaminer:
        """Asks the adapter under test while its provider fails."""
        return FaultExaminer(asker, self._held(violations), self.settings["base_url"], self.optional_requests)

    def _provider(self, violations: list[str]) -> FakeProvider:
        return FakeProvider(self._held(violations), self.settings["base_url"])

    def _held(self, violations: list[str]) -> Replies:
        return {name: self._holding(canned, violations) for name, canned in self.replies.items()}

    def _holding(
        self, canned: Canned | Callable[[httpx.Request], Canned], violations: list[str]
    ) -> Callable[[httpx.Request], Canned]:
        def reply(request: httpx.Request) -> Canned:
            said = as_reply(canned(request) if callable(canned) else canned)
            path = request.url.path.removeprefix(httpx.URL(self.settings["base_url"]).path.rstrip("/"))
            if not any(fnmatchcase(f"{request.method} {path}", pattern) for pattern in self.beyond_schema):
                violations.extend(f"{request.method} {path}: {error}" for error in self._errors(request, path, said))
            return said

        return reply

    def _errors(self, request: httpx.Request, path: str, said: CannedReply) -> list[str]:
        for name, before in self.specs.items():
            document = _schema(_present(name))
            if path.startswith(before) and document.find(request.method, path.removeprefix(before))[0] is not None:
                url = path.removeprefix(before) + (f"?{request.url.query.decode()}" if request.url.query else "")
                operation, errors = document.request_errors(request.method, url, dict(request.headers), request.content)
                if said.status < 300 and said.body:
                    errors = [*errors, *document.response_errors(operation, said.status, json.loads(said.body))]
                return list(errors)
        return [f"no such operation in {', '.join(self.specs)}"]


def vendor_mock(vendor: str, replies: Mapping[tuple[str, str], tuple[int, Any]]) -> Any:
    """A stand-in for ``vendor`` that answers ``(method, path template)`` with ``(status, JSON)``.

    A canned reply that breaks the vendor's schema fails at once. Requests that break it are in
    ``.violations``, all of them in ``.calls``; ``.transport()`` goes into a Site. Skips the test where the
    schemas are absent.
    """
    schema = _present(vendor)  # first of all: the tool stands beside the schemas
    return _specmock().Mock(_schema(schema), replies)


def _present(vendor: str) -> Path:
    schema = _SHARED / "specs" / f"{vendor}.json"
    for needed in (_TOOL, schema):
        if not needed.is_file():
            pytest.skip(f"the published schema of {vendor} is not at hand: no {needed.name}")
    return schema


@cache
def _schema(file: Path) -> Any:
    return _specmock().Spec.load(file)


@cache
def _specmock() -> Any:
    spec = importlib.util.spec_from_file_location("specmock", _TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["specmock"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
