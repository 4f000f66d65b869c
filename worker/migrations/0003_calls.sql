-- What the HTTP interface keeps of calls. Times are ms since the epoch.

-- The answer to a request with an Idempotency-Key, sealed under the key itself. `answer` is NULL while the request runs.
CREATE TABLE kept_answers (
  id BLOB PRIMARY KEY,
  request BLOB NOT NULL,
  answer BLOB,
  expires INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX kept_answers_by_expiry ON kept_answers (expires);

-- How much of something one address or one guest made on one day (days since the epoch). Addresses are hashed with a secret.
CREATE TABLE quotas (
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  day INTEGER NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (subject, kind, day)
) WITHOUT ROWID;

CREATE INDEX quotas_by_day ON quotas (day);

-- Abuse, as people reported it. Ids are UUIDv7, so they sort by time.
CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  note_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT,
  user_id TEXT,
  at INTEGER NOT NULL,
  is_open INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX reports_by_state ON reports (is_open, id);

-- Counters by class of object and five minutes (since the epoch), added up from all objects.
CREATE TABLE counters (
  slot INTEGER NOT NULL,
  class TEXT NOT NULL,
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (slot, class, name)
) WITHOUT ROWID;
