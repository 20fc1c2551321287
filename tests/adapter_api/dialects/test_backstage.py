"""Backstage's entities, as every adapter that reads them needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pytest

from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef, PartialRef
from opsloom.adapter_api.dialects.backstage.folders import PATHS, owning
from opsloom.adapter_api.dialects.backstage.links import (
    SOURCE_LOCATION,
    links_of,
    page_of,
    repository_of,
    web_address,
)


@dataclass(frozen=True)
class _Metadata:
    annotations: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    links: tuple[()] = ()


@dataclass(frozen=True)
class _Entity:
    ref: EntityRef
    metadata: _Metadata


def _component(name: str, annotation: str, value: str) -> _Entity:
    return _Entity(EntityRef.of("component", "", name), _Metadata({annotation: value}))


def test_a_ref_is_told_by_its_parts_in_any_letters_and_shown_as_it_was_written() -> None:
    written = EntityRef.parse("Component:Shop/Checkout", "group")
    assert written == EntityRef.of_target("component:shop/checkout")
    assert written is not None
    assert (str(written), written.label) == ("component:shop/checkout", "shop/Checkout")


def test_what_a_ref_omits_is_filled_in_by_who_reads_it() -> None:
    assert EntityRef.parse("payments", "group", "shop") == EntityRef.of("group", "shop", "payments")
    assert PartialRef.parse("group:payments") == PartialRef("group", None, "payments")


@pytest.mark.parametrize("text", ["", "a,kind=user", "a/b/c", "a b", "-a", "a" * 64])
def test_what_no_entity_can_be_called_is_no_ref(text: str) -> None:
    assert PartialRef.parse(text) is None
    assert EntityRef.parse(text, "component") is None


def test_a_page_of_backstage_is_addressed_by_quoted_parts() -> None:
    ref = EntityRef.of_target("component:default/a/b?c")
    assert page_of(ref, "https://b.test") == "https://b.test/catalog/default/component/a%2Fb%3Fc"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://user:word@git.test/a", "https://[", "//git.test", ""])
def test_only_an_address_that_opens_without_harm_is_one(url: str) -> None:
    assert web_address(url) is None
    assert links_of(_Metadata({SOURCE_LOCATION: f"url:{url}"})) == ()


def test_the_repository_is_the_project_slug_or_else_the_source_location() -> None:
    source = {SOURCE_LOCATION: "url:https://git.test/shop"}
    assert repository_of(_Metadata(source)) == "https://git.test/shop"
    assert (
        repository_of(_Metadata({**source, "github.com/project-slug": "acme/shop"})) == "https://github.com/acme/shop"
    )
    assert repository_of(_Metadata({**source, "github.com/project-slug": "acme/../x"})) == "https://git.test/shop"


def test_a_path_belongs_to_the_longest_folder_that_holds_it() -> None:
    shop = _component("shop", PATHS, "./services/, lib")
    pay = _component("pay", SOURCE_LOCATION, "url:https://git.test/shop/-/tree/main/services/pay/")
    assert owning(PurePosixPath("services/pay/app.py"), [shop, pay]) == [(pay, f"{SOURCE_LOCATION} services/pay")]
    assert owning(PurePosixPath("services/app.py"), [shop, pay]) == [(shop, f"{PATHS} services")]
    assert owning(PurePosixPath("services2/app.py"), [shop, pay]) == []
