-- How people proved who they are (`amr`), for every token of a sign-in. Nothing for older ones.

ALTER TABLE families ADD COLUMN methods {TEXT} NOT NULL DEFAULT '[]';
ALTER TABLE authorization_codes ADD COLUMN methods {TEXT} NOT NULL DEFAULT '[]';
ALTER TABLE browser_sessions ADD COLUMN methods {TEXT} NOT NULL DEFAULT '[]';
