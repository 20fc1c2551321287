"""The saved questions of ``opsloom audit questions``: one query each, over the views of :mod:`opsloom.audit.question`.

Tables are joined only where the log does not repeat what they say: the plan of an action (its digest is in the log),
the store's time of a decision (which SQLite compares to the millisecond), and findings.
"""

from opsloom.audit.question import Question
from opsloom.model.limits import DECISION_FAST_SECONDS

QUESTIONS = (
    Question(
        "unapproved-executions",
        "Which changes ran without enough counted approvals of exactly their digest before?",
        "none",
        """
SELECT seq, at, code, 'executed with ' || had || ' of ' || wanted || ' approvals of its digest' FROM bound
WHERE had < wanted ORDER BY seq""",
        must_be_none=True,
    ),
    Question(
        "executed-twice",
        "Which actions ran more than once?",
        "none",
        """
SELECT max(seq), max(at), code, 'executed ' || count(*) || ' times: records ' || group_concat(seq, ', ')
FROM begun GROUP BY action HAVING count(*) > 1 ORDER BY 1""",
        must_be_none=True,
    ),
    Question(
        "approvals-after-expiry",
        "Which approvals were counted after the time to decide was over?",
        "none",
        """
SELECT DISTINCT approved.seq, approved.at, approved.code, approved.person || ' approved it after it had expired'
FROM approved
LEFT JOIN action ON action.id = approved.action
LEFT JOIN action_decision AS kept
  ON kept.action = approved.action AND kept.person = approved.person AND kept.verdict = 'approve'
LEFT JOIN told AS expired
  ON expired.action = approved.action AND expired.arrived = 'EXPIRED' AND expired.seq < approved.seq
WHERE unixepoch(kept.record ->> '$.at', 'subsec') > action.approve_by + 0.001 OR expired.seq IS NOT NULL
ORDER BY 1""",
        must_be_none=True,
    ),
    Question(
        "break-glass-without-review",
        "Which glass was broken and not reviewed by somebody else within 24 hours?",
        "none",
        """
SELECT seq, at, code, person || ' broke the glass; '
  || iif(reviewed_at IS NULL, 'nobody has reviewed it', 'it was reviewed too late, at ' || reviewed_at)
FROM broken, given
WHERE unixepoch(coalesce(reviewed_at, now), 'subsec') > unixepoch(at, 'subsec') + review_seconds
ORDER BY seq""",
        must_be_none=True,
    ),
    Question(
        "findings-without-evidence",
        "Which findings cite nothing, or evidence that is not held?",
        "none; only a finding of the kind 'unknown' may cite nothing",
        """
SELECT NULL, record ->> '$.at', id, 'cites evidence that is not held, or none: "' || (record ->> '$.claim') || '"'
FROM finding
WHERE (record ->> '$.kind' <> 'unknown' AND json_array_length(record, '$.evidence') = 0)
OR EXISTS (
  SELECT 1 FROM json_each(finding.record, '$.evidence') AS cited
  WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.id = cited.value)
) ORDER BY finding.rowid""",
        must_be_none=True,
    ),
    Question(
        "self-approvals",
        "Which changes were approved by the person who asked for them?",
        "none, unless local_self_approve was chosen for this workspace or the policy asks for A0 only",
        """
SELECT approved.seq, approved.at, approved.code, person || ' approved their own request'
FROM approved LEFT JOIN action ON action.id = approved.action
WHERE channel <> 'demo'
AND (approved.record ->> '$.self_approved' OR person = action.record ->> '$.requester_user') ORDER BY 1""",
    ),
    Question(
        "fast-decisions",
        f"Which decisions took less than {DECISION_FAST_SECONDS:g} seconds?",
        "none; nobody reads a preview that fast",
        """
SELECT seq, at, code, printf('%s said %s after %.3g s by the %s', person, verdict, seconds, channel)
FROM decided, given WHERE seconds < fast_seconds AND channel <> 'demo' ORDER BY seq""",
    ),
    Question(
        "approved-by-nobody",
        "Which changes did the demo approve without a person?",
        "none outside of the demo's own workspace",
        """
SELECT seq, at, code, 'approved without a person' FROM approved WHERE channel = 'demo' ORDER BY seq""",
    ),
    Question(
        "unsettled-outcomes",
        "Of which changes does nobody know what became of them?",
        "none: each was found at its provider, or settled by a person",
        """
SELECT seq, at, code, 'nobody knows whether it was done' FROM told
WHERE arrived = 'UNKNOWN' AND NOT EXISTS (
  SELECT 1 FROM told AS later
  WHERE later.action = told.action AND later.kind = 'action.moved' AND later.seq > told.seq
) ORDER BY seq""",
    ),
    Question(
        "dangling-calls",
        "Which calls were received and have no end?",
        "only those under way at this moment; a restart gives the others an end",
        """
SELECT seq, at, record ->> '$.target', 'call ' || call || ' has no end' FROM log
WHERE kind = 'call.received' AND NOT EXISTS (
  SELECT 1 FROM audit_record AS ended WHERE ended.call = log.call
  AND ended.record ->> '$.kind' IN ('call.finished', 'call.cancelled', 'call.outcome_unknown')
) ORDER BY seq""",
    ),
    Question(
        "changed-contracts",
        "Which tools changed their contract, and when?",
        "none within one release of opsloom",
        """
SELECT seq, at, target, 'contract ' || substr(contract, 1, 16) || ' from here on, in ' || calls || ' calls'
FROM contracts WHERE target IN (SELECT target FROM contracts GROUP BY target HAVING count(*) > 1)
ORDER BY target, seq""",
    ),
    Question(
        "gaps",
        "When could the log not be written?",
        "none; each gap names its reason, and its records follow it",
        """
SELECT seq, at, 'gap', (record ->> '$.count') || ' records were kept aside: ' || (record ->> '$.reasons') FROM log
WHERE kind = 'audit.gap' ORDER BY seq""",
    ),
)
