-- The first schema. Words in braces differ between the engines; see dialect.rs.
--
-- `n` numbers rows inside the database only. What belongs to a pool names it by its number: that
-- keeps the indexes small, and a deleted pool takes all that is in it out of reach at once, while the
-- sweeper clears the rows away in small steps (table `graves`). Times are microseconds since 1970.

CREATE TABLE pools (
  n {NUMBER},
  id {TEXT} NOT NULL UNIQUE,
  version {INT} NOT NULL,
  settings {TEXT} NOT NULL,
  mfa {TEXT} NOT NULL,
  created {INT} NOT NULL,
  modified {INT} NOT NULL
) {WIDE};
CREATE INDEX pools_in_order ON pools (created, id);

CREATE TABLE signing_keys (
  pool {INT} NOT NULL,
  kid {TEXT} NOT NULL,
  usage {TEXT} NOT NULL,
  pkcs8 {BLOB} NOT NULL,
  modulus {BLOB} NOT NULL,
  exponent {BLOB} NOT NULL,
  created {INT} NOT NULL,
  PRIMARY KEY (pool, kid)
) {WIDE};

CREATE TABLE clients (
  n {NUMBER},
  id {TEXT} NOT NULL UNIQUE,
  pool {INT} NOT NULL,
  version {INT} NOT NULL,
  settings {TEXT} NOT NULL,
  secrets {BLOB} NOT NULL,
  created {INT} NOT NULL,
  modified {INT} NOT NULL
) {WIDE};
CREATE INDEX clients_in_order ON clients (pool, created, id);

CREATE TABLE domains (
  name {TEXT} NOT NULL PRIMARY KEY,
  pool {INT} NOT NULL,
  version {INT} NOT NULL,
  managed_login_version {INT} NOT NULL,
  custom {TEXT},
  created {INT} NOT NULL
) {WIDE};
CREATE INDEX domains_of_pool ON domains (pool, name);

CREATE TABLE resource_servers (
  pool {INT} NOT NULL,
  identifier {TEXT} NOT NULL,
  version {INT} NOT NULL,
  name {TEXT} NOT NULL,
  scopes {TEXT} NOT NULL,
  PRIMARY KEY (pool, identifier)
) {WIDE};

-- `email` to `preferred_username` are what ListUsers compares: folded and cut to an index's measure.
-- The attributes themselves stand in `attributes`.
CREATE TABLE users (
  n {NUMBER},
  pool {INT} NOT NULL,
  sub {TEXT} NOT NULL,
  version {INT} NOT NULL,
  username {TEXT} NOT NULL,
  status {TEXT} NOT NULL,
  enabled {INT} NOT NULL,
  email {TEXT},
  phone_number {TEXT},
  name {TEXT},
  given_name {TEXT},
  family_name {TEXT},
  preferred_username {TEXT},
  attributes {TEXT} NOT NULL,
  pending {TEXT} NOT NULL,
  mfa {TEXT} NOT NULL,
  lockout {TEXT} NOT NULL,
  secrets {BLOB} NOT NULL,
  temporary_password_expires {INT},
  tokens_not_before {INT} NOT NULL,
  created {INT} NOT NULL,
  modified {INT} NOT NULL,
  UNIQUE (pool, sub)
) {WIDE};
CREATE INDEX users_in_order ON users (pool, n);
CREATE INDEX users_by_username ON users (pool, username, n);
CREATE INDEX users_by_status ON users (pool, status, n);
CREATE INDEX users_by_enabled ON users (pool, enabled, n);
CREATE INDEX users_by_email ON users (pool, email, n) WHERE email IS NOT NULL;
CREATE INDEX users_by_phone_number ON users (pool, phone_number, n) WHERE phone_number IS NOT NULL;
CREATE INDEX users_by_name ON users (pool, name, n) WHERE name IS NOT NULL;
CREATE INDEX users_by_given_name ON users (pool, given_name, n) WHERE given_name IS NOT NULL;
CREATE INDEX users_by_family_name ON users (pool, family_name, n) WHERE family_name IS NOT NULL;
CREATE INDEX users_by_preferred_username ON users (pool, preferred_username, n)
  WHERE preferred_username IS NOT NULL;

-- Every name that signs somebody in; what makes names unique.
CREATE TABLE user_names (
  pool {INT} NOT NULL,
  name {TEXT} NOT NULL,
  kind {TEXT} NOT NULL,
  owner {INT} NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  PRIMARY KEY (pool, name)
) {NARROW};
CREATE INDEX user_names_of_user ON user_names (owner);

-- How many users a pool has, over several rows so that sign-ups do not wait for one another.
CREATE TABLE user_counts (
  pool {INT} NOT NULL,
  shard {INT} NOT NULL,
  users {INT} NOT NULL,
  PRIMARY KEY (pool, shard)
) {NARROW};

-- `groups` is a word of SQL.
CREATE TABLE user_groups (
  n {NUMBER},
  pool {INT} NOT NULL,
  name {TEXT} NOT NULL,
  version {INT} NOT NULL,
  description {TEXT},
  role_arn {TEXT},
  precedence {INT},
  created {INT} NOT NULL,
  modified {INT} NOT NULL,
  UNIQUE (pool, name)
) {WIDE};

CREATE TABLE members (
  team {INT} NOT NULL REFERENCES user_groups (n) ON DELETE CASCADE,
  member {INT} NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  added {INT} NOT NULL,
  PRIMARY KEY (team, member)
) {NARROW};
CREATE INDEX members_in_order ON members (team, added, member);
CREATE INDEX members_of_user ON members (member);

CREATE TABLE codes (
  pool {INT} NOT NULL,
  sub {TEXT} NOT NULL,
  purpose {TEXT} NOT NULL,
  hash {BLOB} NOT NULL,
  attribute {TEXT} NOT NULL,
  destination {TEXT} NOT NULL,
  guesses {INT} NOT NULL,
  created {INT} NOT NULL,
  expires {INT} NOT NULL,
  PRIMARY KEY (pool, sub, purpose)
) {NARROW};
CREATE INDEX codes_expiring ON codes (expires);

CREATE TABLE authorization_codes (
  hash {BLOB} NOT NULL PRIMARY KEY,
  client {INT} NOT NULL,
  sub {TEXT} NOT NULL,
  redirect_uri {TEXT} NOT NULL,
  scopes {TEXT} NOT NULL,
  code_challenge {TEXT},
  nonce {TEXT},
  resource {TEXT},
  auth_time {INT} NOT NULL,
  expires {INT} NOT NULL
) {NARROW};
CREATE INDEX authorization_codes_expiring ON authorization_codes (expires);

CREATE TABLE families (
  id {TEXT} NOT NULL PRIMARY KEY,
  pool {INT} NOT NULL,
  client {INT} NOT NULL,
  sub {TEXT} NOT NULL,
  scopes {TEXT} NOT NULL,
  source {TEXT} NOT NULL,
  resource {TEXT},
  event_id {TEXT} NOT NULL,
  auth_time {INT} NOT NULL,
  issued {INT} NOT NULL,
  expires {INT} NOT NULL,
  refresh_hash {BLOB},
  previous_hash {BLOB},
  previous_good_until {INT},
  revoked {INT} NOT NULL
) {WIDE};
CREATE INDEX families_of_user ON families (pool, sub);
CREATE INDEX families_of_client ON families (client);
CREATE INDEX families_expiring ON families (expires);

CREATE TABLE browser_sessions (
  hash {BLOB} NOT NULL PRIMARY KEY,
  pool {INT} NOT NULL,
  sub {TEXT} NOT NULL,
  auth_time {INT} NOT NULL,
  expires {INT} NOT NULL
) {NARROW};
CREATE INDEX browser_sessions_of_user ON browser_sessions (pool, sub);
CREATE INDEX browser_sessions_expiring ON browser_sessions (expires);

CREATE TABLE spent (
  mark {BLOB} NOT NULL PRIMARY KEY,
  expires {INT} NOT NULL
) {NARROW};
CREATE INDEX spent_expiring ON spent (expires);

CREATE TABLE counters (
  mark {BLOB} NOT NULL PRIMARY KEY,
  hits {INT} NOT NULL,
  since {INT} NOT NULL,
  latest {INT} NOT NULL,
  expires {INT} NOT NULL
) {NARROW};
CREATE INDEX counters_expiring ON counters (expires);

CREATE TABLE messages (
  id {TEXT} NOT NULL PRIMARY KEY,
  pool {INT} NOT NULL,
  medium {TEXT} NOT NULL,
  recipient {TEXT} NOT NULL,
  sender {TEXT},
  reply_to {TEXT},
  content {BLOB},
  state {TEXT} NOT NULL,
  attempts {INT} NOT NULL,
  due {INT} NOT NULL,
  error {TEXT},
  created {INT} NOT NULL
) {WIDE};
CREATE INDEX messages_in_order ON messages (created, id);
CREATE INDEX messages_by_state ON messages (state, created, id);
CREATE INDEX messages_due ON messages (state, due, id);
CREATE INDEX messages_of_pool ON messages (pool);

CREATE TABLE access_keys (
  id {TEXT} NOT NULL PRIMARY KEY,
  secret {BLOB} NOT NULL,
  enabled {INT} NOT NULL,
  name {TEXT} NOT NULL,
  created {INT} NOT NULL
) {WIDE};

-- Numbers of deleted pools and clients whose rows are still to be cleared away: when the sweeper comes
-- next, and whether it found nothing the last time.
CREATE TABLE graves (
  kind {TEXT} NOT NULL,
  n {INT} NOT NULL,
  due {INT} NOT NULL,
  empty {INT} NOT NULL,
  PRIMARY KEY (kind, n)
) {NARROW};
CREATE INDEX graves_due ON graves (due);
