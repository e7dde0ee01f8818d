-- Devices of users. `expires` only of those that were never confirmed; `secrets` holds the verifier.
CREATE TABLE devices (
  owner {INT} NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  device_key {TEXT} NOT NULL,
  version {INT} NOT NULL,
  group_key {TEXT} NOT NULL,
  name {TEXT},
  remembered {INT} NOT NULL,
  secrets {BLOB} NOT NULL,
  last_ip {TEXT},
  created {INT} NOT NULL,
  modified {INT} NOT NULL,
  authenticated {INT} NOT NULL,
  expires {INT},
  PRIMARY KEY (owner, device_key)
) {WIDE};
CREATE INDEX devices_in_order ON devices (owner, created, device_key);
CREATE INDEX devices_expiring ON devices (expires) WHERE expires IS NOT NULL;
