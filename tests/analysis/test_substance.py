"""What a diff does, read from its lines."""

import pytest

from opsloom.analysis.substance import Substance, substance_of
from tests.analysis.incident import change

DIFFS = {
    "-timeout: 5s\n+timeout: 300ms": Substance.LIMIT_LOWERED,
    "-ctx = context.WithTimeout(ctx, 5*time.Second)\n+ctx = context.WithTimeout(ctx, 300*time.Millisecond)": (
        Substance.LIMIT_LOWERED
    ),
    "-\tTTL: 15 * time.Minute,\n+\tTTL: 15 * time.Second,": Substance.LIMIT_LOWERED,
    "-TTL_SECONDS: int = 30\n+TTL_SECONDS: int = 120": Substance.LIMIT_RAISED,
    '-if user == nil {\n-  return ""\n-}\n return user.name': Substance.GUARD_REMOVED,
    "-SELECT a FROM t WHERE x = 1 LIMIT 50\n+SELECT a FROM t WHERE x = 1": Substance.GUARD_REMOVED,
    "-lines.append(item.name)\n+lines.append(catalog.Find(ctx, item.id))": Substance.NEW_WORK,
    "+pool = Pool(max_size=2)": Substance.LIMIT_ADDED,
    "+log.info('started')": Substance.TELEMETRY,
    "-a = f(b, c)\n-d = g(a)\n+d = g(f(b, c))": Substance.MOVED,
    "-// old words\n+// new words": Substance.INERT,
    "-total = net * rate\n+total = round(net, places, mode, base)": Substance.OTHER,
    "": Substance.UNKNOWN,
}


@pytest.mark.parametrize(("diff", "expected"), DIFFS.items())
def test_a_diff_is_read_as_the_most_dangerous_thing_that_it_does(diff: str, expected: Substance) -> None:
    assert substance_of(change("c", files=("src/a.go",), diff=diff).value).substance is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("docs/a.md", "README.md"), Substance.INERT),
        (("pkg/a/a_test.go",), Substance.INERT),
        ((".github/workflows/build.yml",), Substance.INERT),
        (("deploy/staging/tls.yaml",), Substance.INERT),
        (("web/a.css", "web/templates/a.html"), Substance.PRESENTATION),
        (("go.mod", "go.sum"), Substance.DEPENDENCY),
        (("docs/a.md", "src/a.go"), Substance.LIMIT_LOWERED),
    ],
)
def test_files_that_no_service_reads_make_a_change_harmless(files: tuple[str, ...], expected: Substance) -> None:
    assert substance_of(change("c", files=files, diff="-max = 5\n+max = 1").value).substance is expected


def test_a_line_that_only_moved_is_no_guard_that_is_gone() -> None:
    diff = "-if a == nil {\n-  b()\n-}\n+c()\n+if a == nil {\n+  b()\n+}"
    assert substance_of(change("c", diff=diff).value).substance is not Substance.GUARD_REMOVED


def test_durations_are_compared_across_units() -> None:
    assert "from 1 to 0.9" in substance_of(change("c", diff="-wait = 1s\n+wait = 900ms").value).told
