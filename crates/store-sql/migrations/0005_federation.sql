-- Identity providers of pools. `settings` is sealed; `identifiers` are those of idp_identifiers.
CREATE TABLE identity_providers (
  pool {INT} NOT NULL,
  name {TEXT} NOT NULL,
  version {INT} NOT NULL,
  kind {TEXT} NOT NULL,
  identifiers {TEXT} NOT NULL,
  settings {BLOB} NOT NULL,
  created {INT} NOT NULL,
  modified {INT} NOT NULL,
  PRIMARY KEY (pool, name)
) {WIDE};
CREATE TABLE idp_identifiers (
  pool {INT} NOT NULL,
  identifier {TEXT} NOT NULL,
  provider {TEXT} NOT NULL,
  PRIMARY KEY (pool, identifier)
) {NARROW};
CREATE INDEX idp_identifiers_of_provider ON idp_identifiers (pool, provider);
-- Whom the people of identity providers are. A long value is a hash.
CREATE TABLE identities (
  pool {INT} NOT NULL,
  provider {TEXT} NOT NULL,
  attribute {TEXT} NOT NULL,
  value {TEXT} NOT NULL,
  owner {INT} NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  created {INT} NOT NULL,
  PRIMARY KEY (pool, provider, attribute, value)
) {NARROW};
CREATE INDEX identities_of_user ON identities (owner);
-- What pools sign their requests to SAML providers with. `pkcs8` is sealed.
CREATE TABLE saml_keys (
  pool {INT} NOT NULL PRIMARY KEY,
  pkcs8 {BLOB} NOT NULL,
  certificate {BLOB} NOT NULL,
  created {INT} NOT NULL
) {WIDE};
