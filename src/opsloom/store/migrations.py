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

MIGRATIONS: tuple[str, ...] = (AUDIT, EVIDENCE)
