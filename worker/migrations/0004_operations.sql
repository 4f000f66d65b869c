-- What operators need to reach everything: which notes there are, and who looked into what. Times are ms since the epoch.

-- Written before a note's object is founded, so that none is missing; a row may be of a note that never came to be.
CREATE TABLE notes (
  note_id TEXT PRIMARY KEY,
  created INTEGER NOT NULL
) WITHOUT ROWID;

-- One row for each use of a call that lets an operator see or change what is in an object. `detail` is JSON.
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  operator TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL,
  outcome TEXT
) WITHOUT ROWID;

CREATE INDEX audit_by_target ON audit (target, id);
