-- People whom Discord vouches for, and where in Discord they are. Times are ms since the epoch.

-- Who a user is elsewhere. `subject` is the id that the provider ("discord") gives the person. Who has one of these is no guest.
CREATE TABLE identities (
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  created INTEGER NOT NULL,
  PRIMARY KEY (provider, subject)
) WITHOUT ROWID;

CREATE INDEX identities_by_user ON identities (user_id);

-- Of a session that was opened inside Discord: the ids of its channel, its server (NULL: none) and its instance, and of the person.
ALTER TABLE sessions ADD COLUMN channel TEXT;
ALTER TABLE sessions ADD COLUMN guild TEXT;
ALTER TABLE sessions ADD COLUMN instance TEXT;
ALTER TABLE sessions ADD COLUMN discord TEXT;
