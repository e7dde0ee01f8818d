//! Two versions of the server on one database: the newer one starts beside the older one, which stays in service.
//!
//! With an older program (`--older`) both are real. Without one, this program is the older, and the newer is reduced to
//! the relevant part: a migration, made here the way migrations are made.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use super::kill::CONNECTIONS;
use super::load::{Load, Seen};
use super::outage::{READINESS, account};
use super::place::Place;
use super::report::Report;
use super::{Options, check};
use crate::common::Outcome;
use crate::common::postgres::Postgres;
use crate::common::server::Setup;

/// Writes before, during and after.
const WRITES: u64 = 150;
const LIMIT: Duration = Duration::from_secs(60);
const SCHEMA: &str = "SELECT max(version) FROM schema_version";
/// A migration that leaves everything the previous version reads and writes as it is.
const NEXT: &str = "
    BEGIN;
    CREATE TABLE next_version (id BIGINT PRIMARY KEY, note TEXT);
    ALTER TABLE users ADD COLUMN next_version TEXT;
    ALTER TABLE families ADD COLUMN next_version TEXT NOT NULL DEFAULT '[]';
    CREATE INDEX next_version_users ON users (next_version) WHERE next_version IS NOT NULL;
    INSERT INTO schema_version (version, name) SELECT max(version) + 1, 'next' FROM schema_version;
    COMMIT;";

/// # Errors
/// If there is no PostgreSQL, or a server does not start that should.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    match &options.older {
        None => a_step_ahead(options, report).await?,
        Some(older) => beside(options, older, report).await?,
    }
    report.rounds = 1;
    Ok(())
}

/// The schema advances by one version under load; then by two.
async fn a_step_ahead(options: &Options, report: &mut Report) -> Outcome<()> {
    let postgres = Postgres::start(None)?;
    let setup = Setup::new(&options.binary, None, Some(postgres.url()))?;
    let server = setup.start().await?;
    let place = Rc::new(Place::make(&setup).await?);
    let from = postgres.ask(SCHEMA)?;
    let load = Load::start(&place, "a", CONNECTIONS);
    load.progress(WRITES, LIMIT).await?;
    postgres.ask(NEXT)?;
    let to = postgres.ask(SCHEMA)?;
    load.progress(WRITES, LIMIT).await?;
    is_ready(&place, 200, "with the next schema", report).await?;
    let (people, seen) = load.finish().await?;
    none_failed(&seen, report);
    check::people(&place, people, report).await?;
    let refusal = setup.twin()?.start().await.err().map(|it| it.to_string());
    let is_clear = |it: &String| it.contains(&format!("schema {to}"));
    report.demand(refusal.as_ref().is_some_and(is_clear), || {
        format!("a server started on a newer schema: {refusal:?}")
    });
    postgres.ask("INSERT INTO schema_version (version, name) SELECT max(version) + 1, 'after' FROM schema_version")?;
    is_ready(&place, 503, "with the schema after the next", report).await?;
    report
        .notes
        .push(format!("schema {from} on a database of {to}"));
    server.stop()
}

/// The older server serves, the newer one starts and migrates, both serve.
async fn beside(options: &Options, older: &Path, report: &mut Report) -> Outcome<()> {
    let postgres = Postgres::start(None)?;
    let before = Setup::new(older, None, Some(postgres.url()))?;
    let mut after = before.twin()?;
    after.binary = options.binary.canonicalize()?;
    let first = before.start().await?;
    let mut place = Place::make(&before).await?;
    let from = postgres.ask(SCHEMA)?;
    let alone = Rc::new(Place::make(&before).await?);
    let load = Load::start(&alone, "n", CONNECTIONS);
    load.progress(WRITES, LIMIT).await?;
    let second = after.start().await?;
    let to = postgres.ask(SCHEMA)?;
    report.demand(from != to, || format!("both have schema {to}"));
    place.nodes.push(after.address());
    let place = Rc::new(place);
    let both = Load::start(&place, "b", CONNECTIONS);
    load.progress(WRITES, LIMIT).await?;
    both.progress(WRITES, LIMIT).await?;
    is_ready(&place, 200, "beside the newer one", report).await?;
    for (load, place) in [(load, &alone), (both, &place)] {
        let (people, seen) = load.finish().await?;
        none_failed(&seen, report);
        check::people(place, people, report).await?;
    }
    report.notes.push(format!("schema {from} beside {to}"));
    first.stop()?;
    second.stop()
}

async fn is_ready(place: &Place, expected: u16, when: &str, report: &mut Report) -> Outcome<()> {
    tokio::time::sleep(READINESS).await;
    let connection = &mut place.connect(0).await?;
    let ready = connection.send(&place.requests.get("/readyz", "")).await?;
    let status = ready.status;
    report.demand(status == expected, || {
        format!("the older server {when}: /readyz answers {status}")
    });
    Ok(())
}

fn none_failed(seen: &Seen, report: &mut Report) {
    account(seen, report);
    report.demand(seen.failed.get() == 0, || {
        format!("{} answers of 5xx", seen.failed.get())
    });
}
