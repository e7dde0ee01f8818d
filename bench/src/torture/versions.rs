//! Two versions of the server on one database: the newer one starts beside the older, which stays in service.

use std::rc::Rc;
use std::time::Duration;

use super::kill::CONNECTIONS;
use super::load::Load;
use super::outage::account;
use super::place::Place;
use super::report::Report;
use super::{Options, check};
use crate::common::Outcome;
use crate::common::postgres::Postgres;
use crate::common::server::Setup;

/// Writes before, beside and after.
const WRITES: u64 = 150;
const LIMIT: Duration = Duration::from_secs(60);

/// # Errors
/// If no older server is given, or one of the two does not start.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    let older = options.older.as_ref();
    let older =
        older.ok_or("a server with the schema before this one is needed: give --older FILE")?;
    let postgres = Postgres::start(None)?;
    let before = Setup::new(older, None, Some(postgres.url()))?;
    let mut after = before.twin()?;
    after.binary = options.binary.canonicalize()?;
    let first = before.start().await?;
    let mut place = Place::make(&before).await?;
    let schema = "SELECT max(version) FROM schema_version";
    let from = postgres.ask(schema)?;
    let alone = Rc::new(Place::make(&before).await?);
    let load = Load::start(&alone, "n", CONNECTIONS);
    load.progress(WRITES, LIMIT).await?;
    let second = after.start().await?;
    let to = postgres.ask(schema)?;
    report.demand(from != to, || format!("both have schema {to}"));
    place.nodes.push(after.address());
    let place = Rc::new(place);
    let both = Load::start(&place, "b", CONNECTIONS);
    load.progress(WRITES, LIMIT).await?;
    both.progress(WRITES, LIMIT).await?;
    let connection = &mut place.connect(0).await?;
    let ready = connection.send(&place.requests.get("/readyz", "")).await?;
    report.demand(ready.status == 200, || {
        "the older server is not ready beside the newer one".to_owned()
    });
    for (load, place) in [(load, &alone), (both, &place)] {
        let (people, seen) = load.finish().await?;
        account(&seen, report);
        report.demand(seen.failed.get() == 0, || {
            format!("{} answers of 5xx", seen.failed.get())
        });
        check::people(place, people, report).await?;
    }
    report.rounds = 1;
    report.notes.push(format!("schema {from} beside {to}"));
    first.stop()?;
    second.stop()
}
