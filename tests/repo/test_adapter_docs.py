"""docs/adapters says what the manifests, the READMEs and the tests say."""

import re
from pathlib import Path

import pytest

from opsloom.adapter_api.config import HttpConfig
from opsloom.providers.registry import load_adapter
from scripts.adapters import NOUNS, PAGES, matrix, pages, proof_of, shipped

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT.parent / "shared" / "specs"
KINDS = shipped()
SPEC_NAMES = {"datadog": ("datadog-v1", "datadog-v2")}


@pytest.mark.parametrize(("file", "text"), pages().items(), ids=lambda value: getattr(value, "name", "text"))
def test_a_page_is_the_one_that_the_code_gives(file: Path, text: str) -> None:
    assert file.is_file(), "run: make docs"
    assert file.read_text("utf-8") == text, "run: make docs"


@pytest.mark.parametrize("file", sorted(PAGES.glob("*.md")), ids=lambda file: str(file.name))
def test_a_link_of_a_page_leads_somewhere(file: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)\)", file.read_text("utf-8"))
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_no_page_is_left_of_an_adapter_that_is_gone() -> None:
    assert {file.stem for file in PAGES.glob("*.md")} == {*KINDS, "README", "writing-one"}


def test_the_matrix_has_a_place_for_every_capability() -> None:
    known = {capability for capabilities in NOUNS.values() for capability in capabilities}
    assert {one for kind in KINDS for one in load_adapter(kind).manifest.capabilities} <= known
    assert matrix().count("\n") == len(KINDS) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_adapter_was_proven_against_something(kind: str) -> None:
    proof = proof_of(kind)
    assert proof.real or proof.schema or proof.documents


@pytest.mark.parametrize("kind", KINDS)
def test_an_adapter_with_a_published_schema_is_held_to_it(kind: str) -> None:
    names = SPEC_NAMES.get(kind, (kind,))
    if not SPECS.is_dir():
        pytest.skip("the published schemas are not at hand")
    if all((SPECS / f"{name}.json").is_file() for name in names):
        assert "(SpecContract)" in (ROOT / "tests" / "contract" / f"test_{kind}_contract.py").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_scope_stands_in_the_readme(kind: str) -> None:
    readme = (ROOT / "adapters" / "opsloom_adapters" / kind / "README.md").read_text("utf-8")
    plain = readme.replace("`", "")
    names = [scope.name.replace("`", "") for scope in load_adapter(kind).manifest.scopes]
    assert [name for name in names if name not in plain] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_init_asks_for_are_settings_and_with_them_a_newcomer_gets_on(kind: str) -> None:
    manifest = load_adapter(kind).manifest
    fields = manifest.config.model_fields
    assert set(manifest.asks) <= set(fields)
    if issubclass(manifest.config, HttpConfig) and manifest.asks:
        assert {name for name, field in fields.items() if field.is_required()} - {"adapter"} <= set(manifest.asks)
        assert manifest.credential_url.startswith("https://")
