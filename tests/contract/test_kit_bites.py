"""The contract kit fails each adapter that breaks the contract, at the check that is meant for it."""

from collections import defaultdict
from pathlib import Path

import pytest

BROKEN = Path(__file__).with_name("broken_acme.py")
BROKEN_CHANGES = Path(__file__).with_name("broken_acme_changes.py")

CASES = [
    ("SwallowedAuthentication", "a_401_is_an_authentication_error", "EMPTY answer"),
    ("SwallowedOutage", "a_500_is_unavailable_after_a_retry", "EMPTY answer"),
    ("SwallowedOutage", "a_429_that_lasts_is_rate_limited", "EMPTY answer"),
    ("SwallowedOutage", "a_slow_answer_is_a_timeout_within_the_deadline", "EMPTY answer"),
    ("SwallowedOutage", "a_broken_connection_is_unavailable", "EMPTY answer"),
    ("SwallowedNonsense", "a_login_page_is_unexpected", "EMPTY answer"),
    ("SwallowedNonsense", "truncated_json_is_unexpected", "EMPTY answer"),
    ("SwallowedNonsense", "a_huge_answer_is_not_read_to_its_end", "EMPTY answer"),
    ("SwallowedNonsense", "an_answer_of_another_shape_is_an_error", "EMPTY answer"),
    ("FollowedRedirect", "a_redirect_is_not_followed", "redirect"),
    ("DeclaredButMissing", "each_declared_capability_is_implemented", "LogReader"),
    ("ThereButUndeclared", "each_implemented_capability_is_declared", "LogReader"),
    ("OtherSignature", "each_method_has_the_signature_of_its_protocol", "native_id: str"),
    ("NoScopes", "the_manifest_says_what_the_adapter_is_and_needs", "scopes"),
    ("UnexplainedOption", "the_settings_are_typed_and_explained", "project"),
    ("MisplacedQuestion", "each_question_is_one_that_the_adapter_takes", "search_logs"),
    ("StrictWords", "a_word_that_nobody_documented_is_unknown", "KeyError"),
    ("GuessedWords", "a_word_that_nobody_documented_is_unknown", "must become UNKNOWN"),
    ("ForgottenWord", "each_known_word_means_something", "snoozed"),
    ("ForgottenEnum", "each_enum_of_the_rows_has_its_words", "Severity"),
    ("DroppedRow", "a_word_that_nobody_documented_keeps_its_row", "rows vanish"),
    ("ForgottenRawWord", "a_search_gives_good_rows", "must keep the provider"),
    ("NaiveTime", "a_search_gives_good_rows", "not aware UTC"),
    ("ForeignRef", "a_search_gives_good_rows", "must name the instance"),
    ("IgnoredLimit", "a_limit_is_respected_and_the_cut_is_said", "limit 1 gave 2 rows"),
    ("HiddenCut", "a_limit_is_respected_and_the_cut_is_said", "complete=False"),
    ("OtherRecord", "a_record_is_found_by_its_native_id", "got the record 'another'"),
    ("AskedWhileConnecting", "connecting_sends_nothing", "connect()"),
    ("LenientShape", "an_answer_of_another_shape_is_an_error", "EMPTY answer"),
    ("CrashOnOtherShape", "an_answer_of_another_shape_is_an_error", "TypeError"),
    ("UncappedBody", "a_huge_answer_is_not_read_to_its_end", "bytes of it were read"),
    ("ForgottenEvidence", "what_was_heard_is_captured_as_evidence", "captured no evidence"),
    ("ForgottenEvidence", "every_whole_answer_is_captured_as_evidence", "were not captured"),
    ("IgnoredDeadline", "a_slow_answer_is_a_timeout_within_the_deadline", "of 6.0 s"),
    ("EagerRetries", "a_404_is_not_found", "must not be sent again"),
    ("EagerRetries", "a_500_is_unavailable_after_a_retry", "2 times in all"),
    ("ArgumentInPath", "a_hostile_argument_changes_no_request", "the argument"),
    ("ArgumentInPath", "a_hostile_argument_is_only_data", "made the adapter read"),
    ("ArgumentInHeader", "a_hostile_argument_changes_no_request", "line break"),
    ("ArgumentAsParameters", "a_hostile_argument_changes_no_request", "the argument"),
    ("SecretInError", "the_credential_goes_into_headers_and_nowhere_else", "in the text"),
    ("SecretInCause", "the_credential_goes_into_headers_and_nowhere_else", "in the text"),
    ("SecretInLog", "the_credential_goes_into_headers_and_nowhere_else", "the logger acme"),
    ("SecretInAddress", "the_credential_goes_into_headers_and_nowhere_else", "the address"),
    ("EchoedSecret", "an_echoed_credential_is_not_repeated", "in the text"),
]
CHANGE_CASES = [
    ("SentAsAQuestion", "an_order_is_sent_with_the_credential_for_changes", "nothing was sent with the credential"),
    ("SentAsAQuestion", "nothing_is_changed_but_by_an_approved_action", "it was applied although"),
    ("SentTwice", "what_was_refused_was_not_done", "it was sent again"),
    ("SentTwice", "an_order_without_an_answer_is_in_doubt_and_not_sent_again", "it was sent again"),
    ("DoubtDenied", "an_order_without_an_answer_is_in_doubt_and_not_sent_again", "tells too much"),
    ("DoubtIgnored", "an_order_without_an_answer_is_in_doubt_and_not_sent_again", "tells too much"),
    ("SilenceIsAbsence", "a_failure_while_looking_is_no_observation", "None"),
    ("BlindPlan", "a_failure_while_planning_is_an_error", "None"),
    ("RestlessPlan", "planning_reads_only_and_gives_the_same_twice", "the same world"),
    ("NoWayBack", "planning_reads_only_and_gives_the_same_twice", "without an inverse, say why"),
    ("HastyPlan", "planning_reads_only_and_gives_the_same_twice", "planning used the credential"),
    ("ForgottenKind", "each_kind_of_change_is_tried", "UnacknowledgeAlert"),
]


class Failures:
    """A pytest plugin: the texts of the tests that failed, by node id without parameters."""

    def __init__(self) -> None:
        self.texts: defaultdict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.failed:
            self.texts[report.nodeid.partition("::")[2].partition("[")[0]].append(report.longreprtext)


def node(broken: str, check: str) -> str:
    return f"Test{broken}::test_{check}"


@pytest.fixture(scope="module")
def failures() -> Failures:
    """One run of the kit over all cases."""
    failures = Failures()
    nodes = [f"{BROKEN}::{node(broken, check)}" for broken, check, _ in CASES]
    nodes += [f"{BROKEN_CHANGES}::{node(broken, check)}" for broken, check, _ in CHANGE_CASES]
    pytest.main(["-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", *nodes], plugins=[failures])
    return failures


@pytest.mark.parametrize(("broken", "check", "sentence"), [*CASES, *CHANGE_CASES])
def test_a_broken_adapter_fails_the_check_that_is_meant_for_it(
    failures: Failures, broken: str, check: str, sentence: str
) -> None:
    texts = failures.texts[node(broken, check)]
    assert any(sentence in text for text in texts), texts
