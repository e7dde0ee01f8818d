-- What the console shows: who changed what, and how much goes on.
--
-- Entries of the audit log outlive what they name, so they hold a pool's id and not its number.

CREATE TABLE audit (
  id {TEXT} NOT NULL PRIMARY KEY,
  happened {INT} NOT NULL,
  operator {TEXT} NOT NULL,
  source_ip {TEXT},
  action {TEXT} NOT NULL,
  pool {TEXT},
  target {TEXT},
  detail {TEXT}
) {WIDE};
CREATE INDEX audit_in_order ON audit (happened, id);
CREATE INDEX audit_of_pool ON audit (pool, happened, id) WHERE pool IS NOT NULL;

-- Counts of a pool per day; `day` counts from 1970-01-01.
CREATE TABLE activity (
  pool {INT} NOT NULL,
  day {INT} NOT NULL,
  kind {TEXT} NOT NULL,
  events {INT} NOT NULL,
  PRIMARY KEY (pool, day, kind)
) {NARROW};
CREATE INDEX activity_by_day ON activity (day);
