-- Refresh tokens of a family that still count beside the newest: several that one token gave within its grace period.
-- Nothing where there are none; programs of version 3 go on with previous_hash.
ALTER TABLE families ADD COLUMN earlier {TEXT};

-- The issuer that a pool's tokens have named since its first user was made; nothing for a pool without users.

ALTER TABLE pools ADD COLUMN issuer {TEXT};

-- Whether the app asked for a level of authentication, so that the tokens of the sign-in tell theirs.
ALTER TABLE authorization_codes ADD COLUMN level_asked {INT} NOT NULL DEFAULT 0;
ALTER TABLE families ADD COLUMN level_asked {INT} NOT NULL DEFAULT 0;

-- How somebody signed in, as one value. Programs of version 3 go on with auth_time and methods, which are written too.
ALTER TABLE families ADD COLUMN authentication {TEXT};
ALTER TABLE authorization_codes ADD COLUMN authentication {TEXT};
ALTER TABLE browser_sessions ADD COLUMN authentication {TEXT};

-- What happened to users.
CREATE TABLE events (
  pool {INT} NOT NULL,
  happened {INT} NOT NULL,
  id {TEXT} NOT NULL,
  sub {TEXT} NOT NULL,
  kind {TEXT} NOT NULL,
  refused {TEXT},
  detail {TEXT} NOT NULL,
  PRIMARY KEY (pool, happened, id)
) {NARROW};
CREATE INDEX events_of_user ON events (pool, sub, happened, id);

-- What operators have entered in forms of the console, until the page shows it again.
CREATE TABLE drafts (
  mark {BLOB} NOT NULL PRIMARY KEY,
  version {INT} NOT NULL,
  content {BLOB} NOT NULL,
  expires {INT} NOT NULL
);
CREATE INDEX drafts_expiring ON drafts (expires);
