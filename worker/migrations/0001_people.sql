-- Who there is, and which device keys act for whom. Times are ms since the epoch.
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  color TEXT NOT NULL,
  created INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE devices (
  device BLOB PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  certificate BLOB NOT NULL,
  created INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX devices_by_user ON devices (user_id);
