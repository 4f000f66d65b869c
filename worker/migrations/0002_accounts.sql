-- Accounts, sign-ins and what is owed to libraries. Times are ms since the epoch.
-- A guest is a user without a username. `deleted`: asked to go; `purge_at`: from then on for good; `purging`: that has begun;
-- `purged`: nothing but the id is left. `merged_into`: a guest whose notes another user took over at a sign-in.
ALTER TABLE users ADD COLUMN username TEXT;
ALTER TABLE users ADD COLUMN deleted INTEGER;
ALTER TABLE users ADD COLUMN purge_at INTEGER;
ALTER TABLE users ADD COLUMN purging INTEGER;
ALTER TABLE users ADD COLUMN purged INTEGER;
ALTER TABLE users ADD COLUMN merged_into TEXT REFERENCES users (id);
CREATE UNIQUE INDEX users_by_username ON users (username);
CREATE INDEX users_to_purge ON users (purge_at) WHERE purged IS NULL AND purge_at IS NOT NULL;

-- Every username that was ever given, as a keyed hash: it outlives its user.
CREATE TABLE usernames (
  digest BLOB PRIMARY KEY
) WITHOUT ROWID;

-- scrypt with its parameters; `changed` is when the password was set.
CREATE TABLE credentials (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  n INTEGER NOT NULL,
  r INTEGER NOT NULL,
  p INTEGER NOT NULL,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  changed INTEGER NOT NULL
) WITHOUT ROWID;

ALTER TABLE devices ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN revoked INTEGER;

-- One row a sign-in. `family`: hash of what all refresh tokens of the session begin with; null: it has none (guests).
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  device BLOB,
  user_agent TEXT NOT NULL,
  created INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  ended INTEGER,
  family BLOB,
  generation INTEGER NOT NULL DEFAULT 0,
  rotated INTEGER
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id, last_used);
CREATE INDEX sessions_by_device ON sessions (device) WHERE device IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE INDEX sessions_by_end ON sessions (ended) WHERE ended IS NOT NULL;
CREATE UNIQUE INDEX sessions_by_family ON sessions (family) WHERE family IS NOT NULL;

-- The refresh tokens of a session's newest generation and of the one before.
CREATE TABLE refresh_tokens (
  hash BLOB PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id, generation);

-- Leaky buckets: how full one was when it was last looked at.
CREATE TABLE attempts (
  key BLOB PRIMARY KEY,
  level REAL NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX attempts_by_time ON attempts (at);

-- What a library must still be told. Written with the change that it follows from, gone when the library has heard.
CREATE TABLE errands (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  due INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX errands_by_time ON errands (due);
