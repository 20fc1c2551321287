"""What the CMDB says of who needs whom."""

from typing import Any

from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource, NodeKind
from tests.adapters.servicenow.asking import WINDOW, Snow, call_at, connected, relationship


async def edges(snow: Snow, service: str | None = None, limit: int = 50, **settings: Any) -> Page[Dependency]:
    async with connected(snow, **settings) as adapter:
        return await adapter.get_dependencies(DependencyQuery(window=WINDOW, service=service, limit=limit), call_at())


async def test_a_parent_that_depends_on_its_child_is_the_caller() -> None:
    snow = Snow({"cmdb_rel_ci": [relationship(1, "checkout", "web-01", "Runs on::Runs")]})
    page = await edges(snow, "checkout")
    assert page.rows == (
        Dependency(
            caller="checkout",
            callee="web-01",
            source=DependencySource.DECLARED,
            caller_kind=NodeKind.SERVICE,
        ),
    )
    assert snow.asked("cmdb_rel_ci")[0]["sysparm_query"] == (
        "parent.name=checkout^ORchild.name=checkout"
        "^type.nameINDepends on::Used by,Runs on::Runs,Hosted on::Hosts,Connects to::Connected by^ORDERBYsys_id"
    )


async def test_the_settings_say_which_other_types_are_dependencies_and_which_way() -> None:
    rows = [
        relationship(1, "checkout", "search", "Calls::Called by"),
        relationship(2, "checkout", "ledger", "Provides::Provided by"),
    ]
    page = await edges(
        Snow({"cmdb_rel_ci": rows}),
        dependency_types=["Calls::Called by"],
        reverse_dependency_types=["Provides::Provided by"],
    )
    assert [(edge.caller, edge.callee) for edge in page.rows] == [("checkout", "search"), ("ledger", "checkout")]


async def test_other_types_and_other_services_are_left_out() -> None:
    rows = [
        relationship(1, "checkout", "rack-1", "Contains::Contained by"),
        relationship(2, "search", "index", "Depends on::Used by"),
        relationship(3, "shop", "checkout", "Depends on::Used by"),
    ]
    page = await edges(Snow({"cmdb_rel_ci": rows}), "checkout")
    assert [(edge.caller, edge.callee) for edge in page.rows] == [("shop", "checkout")]


async def test_of_no_service_the_edges_of_all_services_are_asked_for() -> None:
    snow = Snow({"cmdb_rel_ci": []})
    await edges(snow)
    assert snow.asked("cmdb_rel_ci")[0]["sysparm_query"].startswith(
        "parent.sys_class_nameINSTANCEOFcmdb_ci_service^ORchild.sys_class_nameINSTANCEOFcmdb_ci_service^"
    )


async def test_two_relationships_of_the_same_cis_are_one_edge() -> None:
    rows = [
        relationship(number, "checkout", "web-01", kind)
        for number, kind in ((1, "Runs on::Runs"), (2, "Hosted on::Hosts"))
    ]
    page = await edges(Snow({"cmdb_rel_ci": rows}))
    assert (len(page.rows), page.total) == (1, 1)


async def test_an_end_that_may_not_be_read_is_said() -> None:
    rows = [
        relationship(1, "checkout", "", "Depends on::Used by"),
        relationship(2, "shop", "checkout", "Runs on::Runs"),
    ]
    page = await edges(Snow({"cmdb_rel_ci": rows}), "checkout")
    assert [edge.caller for edge in page.rows] == ["shop"]
    assert not page.complete
    assert page.notes == ("1 relationships are left out: this user may not read the CI at one of their ends",)


async def test_as_many_edges_as_asked_for_are_read_at_once() -> None:
    rows = [relationship(number, "checkout", f"web-{number}", "Runs on::Runs") for number in range(1, 251)]
    snow = Snow({"cmdb_rel_ci": rows})
    page = await edges(snow, "checkout", limit=1_000)
    assert (len(page.rows), page.complete) == (250, True)
    assert len(snow.requests) == 1
