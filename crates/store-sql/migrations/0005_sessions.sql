-- Tracked sessions. A token family is one, and a browser session is one; neither has an ID while its pool tracks none.
-- `origin` is the browser session that a family came from.
ALTER TABLE pools ADD COLUMN sessions {TEXT};
ALTER TABLE clients ADD COLUMN sso_minutes {INT};
ALTER TABLE families ADD COLUMN session {TEXT};
ALTER TABLE families ADD COLUMN origin {TEXT};
ALTER TABLE families ADD COLUMN device_type {TEXT};
ALTER TABLE families ADD COLUMN last_ip {TEXT};
ALTER TABLE families ADD COLUMN active {INT};
ALTER TABLE authorization_codes ADD COLUMN origin {TEXT};
ALTER TABLE browser_sessions ADD COLUMN session {TEXT};
ALTER TABLE browser_sessions ADD COLUMN client {TEXT};
ALTER TABLE browser_sessions ADD COLUMN created {INT};
ALTER TABLE browser_sessions ADD COLUMN device_type {TEXT};
ALTER TABLE browser_sessions ADD COLUMN last_ip {TEXT};
ALTER TABLE browser_sessions ADD COLUMN active {INT};
CREATE INDEX families_tracked ON families (pool, sub, issued, session) WHERE session IS NOT NULL AND revoked = 0;
CREATE UNIQUE INDEX families_by_session ON families (session) WHERE session IS NOT NULL;
CREATE INDEX families_of_origin ON families (origin) WHERE origin IS NOT NULL;
CREATE INDEX authorization_codes_of_origin ON authorization_codes (origin) WHERE origin IS NOT NULL;
CREATE INDEX browser_sessions_tracked ON browser_sessions (pool, sub, created, session) WHERE session IS NOT NULL;
CREATE UNIQUE INDEX browser_sessions_by_id ON browser_sessions (session) WHERE session IS NOT NULL;
