-- Messages that wait for the function that sends them.
CREATE TABLE deliveries (
  id {TEXT} NOT NULL PRIMARY KEY,
  pool {INT} NOT NULL,
  kind {TEXT} NOT NULL,
  arn {TEXT} NOT NULL,
  event {BLOB} NOT NULL,
  state {TEXT} NOT NULL,
  attempts {INT} NOT NULL,
  due {INT} NOT NULL,
  error {TEXT},
  created {INT} NOT NULL
) {WIDE};
CREATE INDEX deliveries_due ON deliveries (state, due, id);
CREATE INDEX deliveries_of_pool ON deliveries (pool);
