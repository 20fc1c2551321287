"""What the other parts of the bed hold, asked through their own doors."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.bed.bed import Bed
from tests.bed.http_client import client
from tests.bed.roundup.tickets import TICKETS
from tests.bed.shop.world import INITIAL_VERSIONS, OWNERS, SERVICES


def test_the_tracker_holds_the_tickets_with_status_and_priority(bed: Bed) -> None:
    with bed.roundup.client() as rest:
        query = {"@fields": "title,status,priority", "@verbose": "2", "@page_size": "1000"}
        answer = rest.get("/rest/data/issue", params=query).raise_for_status().json()
    found = [
        (issue["title"], issue["status"]["name"], issue["priority"]["name"])
        for issue in answer["data"]["collection"]
        if issue["status"] and issue["priority"]  # tickets of other tests may have neither
    ]
    for ticket in TICKETS:  # other tests may have said more in a title
        assert any(
            title.startswith(ticket.title) and words == [ticket.status, ticket.priority] for title, *words in found
        )


def test_the_journal_holds_errors_of_checkout_and_no_others(bed: Bed) -> None:
    with client(bed.journal.url) as journal:
        accept = {"Accept": "application/json"}
        every = journal.get("/entries", headers=accept).raise_for_status().text.splitlines()
        errors = journal.get("/entries", headers=accept, params={"PRIORITY": "3"}).raise_for_status()
    assert len(every) > 400
    lines = errors.text.splitlines()
    assert lines
    assert all('"SYSLOG_IDENTIFIER":"checkout"' in line for line in lines)


def test_every_service_of_the_shop_has_a_deploy_tag_for_what_runs_at_first(bed: Bed) -> None:
    tags = subprocess.run(
        ("git", "for-each-ref", "--format=%(objecttype) %(refname:short) %(taggeremail)", "refs/tags/deploy"),
        cwd=bed.repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    said = {tag.split()[1] for tag in tags}
    assert {f"deploy/production/{name}/{version}" for name, version in INITIAL_VERSIONS.items()} <= said
    assert all(tag.startswith("tag ") and tag.endswith("@example.com>") for tag in tags)


def test_the_catalogue_names_an_owner_and_a_schedule_for_every_service(bed: Bed) -> None:
    found = [entity for file in sorted(bed.catalog.rglob("*.yaml")) for entity in entities(file)]
    components = {one["metadata"]["name"] for one in found if one["kind"] == "Component"}
    teams = {one["spec"]["team"] for one in found if one["kind"] == "OnCallSchedule"}
    assert components == set(SERVICES)
    assert teams == {f"group:default/{owner}" for owner in OWNERS.values()}


def entities(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text("utf-8")))
