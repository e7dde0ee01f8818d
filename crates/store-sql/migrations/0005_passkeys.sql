-- Passkeys of users. `detail` is sealed; the sign count changes with each use. IDs are unique per user only: if they
-- were in the pool, a registration would tell whose ID another one's is.
CREATE TABLE passkeys (
  owner {INT} NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  credential {BLOB} NOT NULL,
  detail {BLOB} NOT NULL,
  sign_count {INT} NOT NULL,
  created {INT} NOT NULL,
  last_used {INT},
  PRIMARY KEY (owner, credential)
) {WIDE};
CREATE INDEX passkeys_of_user ON passkeys (owner, created, credential);
