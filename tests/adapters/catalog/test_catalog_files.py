"""The folder: what is read of it, what is not, and what is said when something cannot be read."""

import os
from pathlib import Path

import anyio
import pytest
from pydantic import ValidationError

from opsloom.model.errors import (
    ConfigurationError,
    ProviderTimeoutError,
    UnavailableError,
    UnexpectedAnswerError,
)
from opsloom.model.limits import CATALOG_FILE_MAX_BYTES, CATALOG_FILES_MAX
from opsloom.model.ownership import ServiceQuery
from opsloom_adapters.catalog.config import CatalogConfig
from tests.adapters.catalog.documents import (
    PAYMENTS,
    component,
    connected,
    new_call,
    owners,
    services,
    write,
)

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + below] * 9)}]\n" for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def schedule(start: str, end: str) -> str:
    """An OnCallSchedule of one shift."""
    return (
        "apiVersion: opsloom/v1\nkind: OnCallSchedule\nmetadata: {name: x}\n"
        f"spec: {{team: payments, shifts: [{{user: a, from: {start}, to: {end}}}]}}\n"
    )


BAD_FILES = {
    "no YAML": ("a: [1\nb: 2\n", "line 2"),
    "a tab": ("a: 1\n\tb: 2\n", "line 2"),
    "a tag that would make an object": ("a: 1\nb: !!python/object/apply:os.system [id]\n", "line 2"),
    "aliases of aliases": (BOMB, "aliases written out"),
    "a node that holds itself": ("a: &a [*a]\n", "aliases written out"),
    "too deep": ("[" * 5_000, "too deep"),
    "too many nodes": ("[" + "1," * 60_000 + "]", "too large"),
    "too many bytes": ("#" * (CATALOG_FILE_MAX_BYTES + 1), "over 1 MiB"),
    "a month that cannot be": ("a: 2026-13-45\n", "value that cannot be read"),
    "no name": ("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {}\n", "not as its kind should be"),
    "a name with spaces": (component("a b"), "none that Backstage takes"),
    "a dependency that is no reference": (component("x", "{dependsOn: ['a b']}"), "no entity reference"),
    "a component twice": (component("payments"), "already described in teams/payments.yaml"),
    "a kind of ours that we do not have": (
        "apiVersion: opsloom/v1\nkind: OnCallSchedul\nmetadata: {name: x}\n",
        "OnCallSchedule and EscalationPolicy",
    ),
    "a version of ours that we do not have": ("apiVersion: opsloom/v9\nkind: OnCallSchedule\n", "opsloom/v1 is known"),
    "a shift without an offset": (schedule("2026-01-01T00:00:00", "2026-01-02T00:00:00Z"), "not as its kind should be"),
    "a shift that ends before it begins": (
        schedule("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
        "not as its kind should be",
    ),
    "a team that is no reference": (
        "apiVersion: opsloom/v1\nkind: EscalationPolicy\nmetadata: {name: x}\nspec: {team: 'a b', steps: []}\n",
        "no entity reference",
    ),
}


@pytest.mark.parametrize("what", BAD_FILES)
async def test_a_bad_file_is_named_and_hides_no_other(shop: Path, what: str) -> None:
    text, reason = BAD_FILES[what]
    write(shop, {"z/bad.yaml": text})
    page = await owners(shop, service="payments")
    assert [row.service.name for row in page.rows if row.service] == ["payments"]
    assert not page.complete
    [note] = page.notes
    assert "z/bad.yaml" in note
    assert reason in note
    assert not (await owners(shop, service="nobody")).complete


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "just text\n", "- 1\n", "apiVersion: v1\nkind: List\n", "---\n---\n"]
)
async def test_other_documents_are_ignored(shop: Path, text: str) -> None:
    write(shop, {"other.yaml": text})
    page = await services(shop)
    assert (len(page.rows), page.complete, page.notes) == (2, True, ())


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "no file of owners matches"),
        ({"a.txt": PAYMENTS}, "no file of owners matches"),
        ({"a.yaml": "apiVersion: v1\n"}, "none of the 1 files of owners tells anything"),
        ({"a.yaml": "a: [\n"}, "a.yaml was left out"),
    ],
)
async def test_a_folder_that_tells_nothing_is_an_error_and_never_no_services(
    tmp_path: Path, files: dict[str, str], sentence: str
) -> None:
    write(tmp_path, files)
    with pytest.raises(UnexpectedAnswerError, match=sentence):
        await services(tmp_path)
    with pytest.raises(UnexpectedAnswerError, match=sentence):
        await owners(tmp_path, service="payments")


async def test_aliases_within_bounds_are_read(tmp_path: Path) -> None:
    text = component("a", "&spec {owner: team-a}") + "---\nx: &x [1]\ny: [*x, *x]\n"
    write(tmp_path, {"a.yaml": text})
    assert [row.owner for row in (await services(tmp_path)).rows] == ["team-a"]


async def test_nulls_and_numbers_where_text_was_meant_are_tolerated(tmp_path: Path) -> None:
    text = """
apiVersion: backstage.io/v1beta1
kind: Component
metadata: {name: 42, title: null, labels: {tier: 1, on: true}, annotations: null, links: null, unheard-of: {}}
spec: {owner: null, dependsOn: null, lifecycle: 1.0, profile: null}
---
apiVersion: backstage.io/v1beta1
kind: Component
metadata: {name: bare}
spec: null
"""
    write(tmp_path, {"a.yaml": text})
    page = await services(tmp_path)
    assert [(row.name, row.tier, row.lifecycle) for row in page.rows] == [("42", "1", "1.0"), ("bare", "", "")]


async def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"inside/a.yaml": component("inner"), "outside/b.yaml": component("outer")})
    (tmp_path / "inside/b.yaml").symlink_to(tmp_path / "outside/b.yaml")
    (tmp_path / "inside/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "inside/dead.yaml").symlink_to(tmp_path / "inside/nothing")
    page = await services(tmp_path / "inside", paths=["**/*.yaml", "folder/*.yaml"])
    assert [row.name for row in page.rows] == ["inner"]


async def test_a_changed_file_is_read_again_and_a_removed_one_forgotten(shop: Path) -> None:
    query = ServiceQuery(limit=10)
    async with connected(shop) as adapter:
        assert len((await adapter.search_services(query, new_call())).rows) == 2
        write(shop, {"shop.yaml": component("storefront-2")})
        page = await adapter.search_services(query, new_call())
        assert [row.name for row in page.rows] == ["payments", "storefront-2"]
        (shop / "shop.yaml").unlink()
        page = await adapter.search_services(query, new_call())
        assert [row.name for row in page.rows] == ["payments"]


async def test_more_files_than_the_limit_are_admitted(tmp_path: Path) -> None:
    write(tmp_path, {f"{number:04}.yaml": component(f"c{number}") for number in range(CATALOG_FILES_MAX + 1)})
    page = await services(tmp_path, limit=1_000)
    assert (len(page.rows), page.total, page.complete) == (CATALOG_FILES_MAX, None, False)
    assert page.notes == (f"only the first {CATALOG_FILES_MAX} files were read",)


async def test_the_files_that_an_answer_rests_on_are_its_evidence(shop: Path) -> None:
    write(shop, {"more.yaml": component("unrelated")})
    for _ in range(2):
        call = new_call()
        page = await owners(shop, service="payments", call=call)
        assert {exchange.url for exchange in call.exchanges} == {"file:shop.yaml", "file:teams/payments.yaml"}
        bodies = b"".join(exchange.body for exchange in call.exchanges)
        assert PAYMENTS.encode() in bodies
        assert str(shop) not in f"{call.exchanges} {page}"


async def test_an_empty_answer_rests_on_all_files(shop: Path) -> None:
    call = new_call()
    await owners(shop, service="nobody", call=call)
    assert len(call.exchanges) == 2


async def test_a_folder_that_went_away_is_unavailable(shop: Path) -> None:
    async with connected(shop) as adapter:
        await anyio.Path(shop).rename(shop.parent / "elsewhere")
        with pytest.raises(UnavailableError):
            await adapter.search_services(ServiceQuery(limit=1), new_call())


async def test_files_that_take_too_long_are_a_timeout(shop: Path) -> None:
    async with connected(shop) as adapter:
        with pytest.raises(ProviderTimeoutError):
            await adapter.search_services(ServiceQuery(limit=1), new_call(seconds=-1))


async def test_a_folder_that_is_not_there_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="root is not a folder"):
        async with connected(tmp_path / "missing"):
            pass


async def test_a_file_that_is_no_file_does_not_block(shop: Path) -> None:
    os.mkfifo(shop / "pipe.yaml")
    assert len((await services(shop)).rows) == 2


@pytest.mark.parametrize("paths", [[], ["../*.yaml"], ["/etc/*.yaml"], ["a**/b.yaml"], [""]])
def test_a_glob_that_cannot_work_is_refused(paths: list[str]) -> None:
    with pytest.raises(ValidationError):
        CatalogConfig.model_validate({"adapter": "catalog", "root": "catalog", "paths": paths})
