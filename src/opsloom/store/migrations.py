"""The schema of a workspace's file: one string per version, never edited after a release, only added to.

Columns that say again what a record says are generated from its text, so that they cannot disagree with it.
"""

AUDIT = """
CREATE TABLE audit_stream (
  number INTEGER PRIMARY KEY,
  origin TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL DEFAULT 0,
  frontier BLOB NOT NULL DEFAULT x''
);
CREATE TABLE audit_record (
  stream INTEGER NOT NULL REFERENCES audit_stream (number),
  seq INTEGER NOT NULL,
  record TEXT NOT NULL,
  leaf BLOB NOT NULL,
  call TEXT GENERATED ALWAYS AS (record ->> '$.call') VIRTUAL,
  PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_record_call ON audit_record (call);
CREATE TABLE audit_node (
  stream INTEGER NOT NULL,
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (stream, level, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_checkpoint (
  stream INTEGER NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (stream, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_open_call (
  call TEXT PRIMARY KEY,
  server TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_merged_spill (
  sha256 TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
"""

EVIDENCE = """
CREATE TABLE evidence (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE TABLE investigation (
  id TEXT PRIMARY KEY,
  opened_at TEXT NOT NULL,
  used_at TEXT NOT NULL
) STRICT;
CREATE TABLE investigation_caller (
  caller TEXT PRIMARY KEY,
  investigation TEXT NOT NULL REFERENCES investigation (id),
  used_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE investigation_evidence (
  investigation TEXT NOT NULL REFERENCES investigation (id),
  evidence TEXT NOT NULL,
  call TEXT NOT NULL,
  UNIQUE (investigation, evidence)
) STRICT;
CREATE TABLE finding (
  id TEXT PRIMARY KEY,
  investigation TEXT NOT NULL REFERENCES investigation (id),
  record TEXT NOT NULL
) STRICT;
CREATE INDEX finding_investigation ON finding (investigation);
"""

APPROVAL = """
CREATE TABLE store_time (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  boot TEXT NOT NULL,
  wall REAL NOT NULL,
  since_boot REAL NOT NULL,
  seen REAL NOT NULL
) STRICT;
CREATE TABLE action (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  request TEXT NOT NULL,
  record TEXT NOT NULL,
  digest TEXT NOT NULL,
  approve_by REAL NOT NULL,
  execute_by REAL NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  progress TEXT NOT NULL,
  server TEXT
) STRICT;
CREATE UNIQUE INDEX action_open ON action (request)
  WHERE state IN ('PLANNED', 'AWAITING', 'APPROVED', 'EXECUTING', 'VERIFYING', 'UNKNOWN');
CREATE INDEX action_state ON action (state);
CREATE TRIGGER action_plan_never_changes
  BEFORE UPDATE OF id, code, request, record, digest, approve_by, execute_by ON action
  BEGIN SELECT raise(ABORT, 'the plan of an action never changes'); END;
CREATE TRIGGER action_end_never_changes
  BEFORE UPDATE OF state ON action
  WHEN OLD.state IN ('SUCCEEDED', 'INEFFECTIVE', 'DENIED', 'EXPIRED', 'REVOKED', 'CANCELLED', 'STALE', 'FAILED')
  BEGIN SELECT raise(ABORT, 'an action that has ended stays as it ended'); END;
CREATE TRIGGER action_is_never_removed
  BEFORE DELETE ON action
  BEGIN SELECT raise(ABORT, 'actions are kept'); END;
CREATE TABLE action_decision (
  action TEXT NOT NULL REFERENCES action (id),
  person TEXT NOT NULL,
  verdict TEXT NOT NULL,
  record TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (action, person, verdict)
) STRICT;
CREATE TABLE action_question (
  nonce TEXT PRIMARY KEY,
  action TEXT NOT NULL REFERENCES action (id),
  asked_at REAL NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE approver_key (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  public_key TEXT NOT NULL,
  added_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (AUDIT, EVIDENCE, APPROVAL)
