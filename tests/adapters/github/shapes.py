"""What GitHub's REST API sends, with all the fields that its published schema requires.

https://docs.github.com/en/rest?apiVersion=2022-11-28
"""

from base64 import b64encode
from typing import Any

API = "https://api.github.com"
REPOSITORY = "acme/checkout"
PRESENT = "b" * 40
GOOD = "a" * 40
FAILED = "c" * 40


def user(login: str = "oncall-a") -> dict[str, Any]:
    address = f"{API}/users/{login}"
    lists = ("events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred")
    return {
        "login": login,
        "id": 1,
        "node_id": "MDQ6VXNlcjE=",
        "avatar_url": f"{address}/avatar",
        "gravatar_id": "",
        "url": address,
        "html_url": f"https://github.com/{login}",
        "type": "User",
        "site_admin": False,
        "subscriptions_url": f"{address}/subscriptions",
        **{f"{name}_url": f"{address}/{name}" for name in lists},
    }


def deployment(number: int = 42, sha: str = PRESENT, **more: Any) -> dict[str, Any]:
    address = f"{API}/repos/{REPOSITORY}/deployments/{number}"
    return {
        "url": address,
        "id": number,
        "node_id": "MDEwOkRlcGxveW1lbnQx",
        "sha": sha,
        "ref": "main",
        "task": "deploy",
        "payload": {},
        "environment": "production",
        "description": "nightly",
        "creator": user(),
        "created_at": "2026-03-03T09:00:00Z",
        "updated_at": "2026-03-03T09:01:00Z",
        "statuses_url": f"{address}/statuses",
        "repository_url": f"{API}/repos/{REPOSITORY}",
        **more,
    }


def status(state: str = "success", **more: Any) -> dict[str, Any]:
    return {
        "url": f"{API}/repos/{REPOSITORY}/deployments/42/statuses/1",
        "id": 1,
        "node_id": "MDE2OkRlcGxveW1lbnRTdGF0dXMx",
        "state": state,
        "creator": user(),
        "description": "done",
        "target_url": "",
        "log_url": f"https://github.com/{REPOSITORY}/actions/runs/7",
        "created_at": "2026-03-03T09:01:00Z",
        "updated_at": "2026-03-03T09:01:00Z",
        "deployment_url": f"{API}/repos/{REPOSITORY}/deployments/42",
        "repository_url": f"{API}/repos/{REPOSITORY}",
        **more,
    }


def commit(
    sha: str = PRESENT, message: str = "Pay faster (#12)", at: str = "2026-03-03T08:30:00Z", **more: Any
) -> dict[str, Any]:
    address = f"{API}/repos/{REPOSITORY}/commits/{sha}"
    signature = {"name": "On call", "email": "oncall-a@acme.example", "date": at}
    return {
        "url": address,
        "sha": sha,
        "node_id": "MDY6Q29tbWl0",
        "html_url": f"https://github.com/{REPOSITORY}/commit/{sha}",
        "comments_url": f"{address}/comments",
        "commit": {
            "url": address,
            "author": signature,
            "committer": signature,
            "message": message,
            "comment_count": 0,
            "tree": {"sha": sha, "url": address},
        },
        "author": user(),
        "committer": user(),
        "parents": [],
        **more,
    }


def file(name: str = "app.py", patch: str | None = "@@ -1 +1 @@\n-a\n+b") -> dict[str, Any]:
    address = f"https://github.com/{REPOSITORY}/blob/{PRESENT}/{name}"
    counted = {"sha": PRESENT, "status": "modified", "additions": 1, "deletions": 1, "changes": 2}
    told = {} if patch is None else {"patch": patch}
    return {"filename": name, **counted, **told, "blob_url": address, "raw_url": address, "contents_url": address}


def comparison(*files: dict[str, Any], commits: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    address = f"{API}/repos/{REPOSITORY}/compare/a...b"
    links = dict.fromkeys(("url", "html_url", "permalink_url", "diff_url", "patch_url"), address)
    listed = [commit()] if commits is None else commits
    counted = {"status": "ahead", "ahead_by": len(listed), "behind_by": 0, "total_commits": len(listed)}
    base = {"base_commit": commit(GOOD), "merge_base_commit": commit(GOOD)}
    return {**links, **base, **counted, "commits": listed, "files": list(files), **more}


def issue(number: int = 42, **more: Any) -> dict[str, Any]:
    address = f"{API}/repos/{REPOSITORY}/issues/{number}"
    return {
        "id": 1000 + number,
        "node_id": "MDU6SXNzdWUx",
        "url": address,
        "repository_url": f"{API}/repos/{REPOSITORY}",
        "labels_url": f"{address}/labels",
        "comments_url": f"{address}/comments",
        "events_url": f"{address}/events",
        "html_url": f"https://github.com/{REPOSITORY}/issues/{number}",
        "number": number,
        "state": "open",
        "state_reason": None,
        "title": "checkout is slow",
        "body": "Since 08:00.",
        "user": user(),
        "labels": [],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": False,
        "comments": 1,
        "closed_at": None,
        "created_at": "2026-03-03T08:00:00Z",
        "updated_at": "2026-03-03T09:00:00Z",
        **more,
    }


def comment(number: int = 7, body: str = "on it", **more: Any) -> dict[str, Any]:
    address = f"{API}/repos/{REPOSITORY}/issues/comments/{number}"
    return {
        "id": number,
        "node_id": "MDEyOklzc3VlQ29tbWVudDE=",
        "url": address,
        "html_url": address,
        "issue_url": f"{API}/repos/{REPOSITORY}/issues/42",
        "body": body,
        "user": user("lead-b"),
        "created_at": "2026-03-03T08:30:00Z",
        "updated_at": "2026-03-03T08:30:00Z",
        **more,
    }


def content(text: str, path: str = "CODEOWNERS") -> dict[str, Any]:
    address = f"{API}/repos/{REPOSITORY}/contents/{path}"
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(text),
        "name": "CODEOWNERS",
        "path": path,
        "content": b64encode(text.encode()).decode(),
        "sha": PRESENT,
        "url": address,
        "git_url": address,
        "html_url": address,
        "download_url": address,
        "_links": {"git": address, "html": address, "self": address},
    }


def run(number: int = 7, title: str = "Roll back (opsloom-7k2m9q4r)", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "display_title": title,
        "status": "in_progress",
        "conclusion": None,
        "created_at": "2026-03-03T09:10:00Z",
        **more,
    }


def repository(name: str = REPOSITORY) -> dict[str, Any]:
    return {"id": 1, "name": name.partition("/")[2], "full_name": name, "private": True, "default_branch": "main"}
