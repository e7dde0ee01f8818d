-- Passkeys of users. `detail` is sealed; the sign count changes with each use.
CREATE TABLE passkeys (
  pool {INT} NOT NULL,
  credential {BLOB} NOT NULL,
  owner {INT} NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  detail {BLOB} NOT NULL,
  sign_count {INT} NOT NULL,
  created {INT} NOT NULL,
  last_used {INT},
  PRIMARY KEY (pool, credential)
) {WIDE};
CREATE INDEX passkeys_of_user ON passkeys (owner, created, credential);
