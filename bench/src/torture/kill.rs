//! Kill -9 in the middle of writes, and a restart with the remaining data.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use cabana_store::{Page, SharedStore};

use super::history::Person;
use super::load::{Load, Seen};
use super::place::Place;
use super::report::Report;
use super::{Options, check};
use crate::common::postgres::Postgres;
use crate::common::server::Setup;
use crate::common::{Outcome, random};

/// Connections that write.
pub const CONNECTIONS: usize = 16;
/// Writes acknowledged in a round before the server is killed: the minimum, and the range above it.
const WRITES: (u64, u64) = (20, 280);
const LIMIT: Duration = Duration::from_secs(60);
/// Messages per page.
const PAGE: u32 = 500;

/// Runs on a PostgreSQL of our own.
///
/// # Errors
/// If there is none, or as [`run`].
pub async fn on_postgres(options: &Options, report: &mut Report) -> Outcome<()> {
    let postgres = Postgres::start(None)?;
    run(options, Some(&postgres), report).await
}

/// Kills the server repeatedly, and checks each time.
///
/// # Errors
/// If the server does not start, or does not answer when it should.
pub async fn run(
    options: &Options,
    postgres: Option<&Postgres>,
    report: &mut Report,
) -> Outcome<()> {
    let database = postgres.map(Postgres::url);
    let setup = Setup::new(&options.binary, None, database)?;
    let mut server = setup.start().await?;
    let place = Rc::new(Place::make(&setup).await?);
    let (mut everybody, mut slowest) = (Vec::new(), Duration::ZERO);
    for round in 0..options.kills() {
        let load = Load::start(&place, &format!("r{round}"), CONNECTIONS);
        let [low, high] = random()?;
        let more = u64::from(u16::from_be_bytes([low, high])) % WRITES.1;
        load.progress(WRITES.0 + more, LIMIT).await?;
        server.kill()?;
        let (people, seen) = load.finish().await?;
        account(&seen, report);
        server = setup.start().await?;
        slowest = slowest.max(server.took);
        everybody.extend(check::people(&place, people, report).await?);
        report.rounds += 1;
    }
    server.stop()?;
    let server = setup.start().await?;
    let everybody = finally(&setup, &place, everybody, report).await?;
    check::notices(&place, report).await?;
    server.stop()?;
    if setup.database.is_none() {
        is_sound(&setup, report)?;
    }
    report.notes.push(format!(
        "{} people; ready again after a kill within {slowest:.1?}",
        everybody.len()
    ));
    report.demand(report.unanswered > 0, || {
        "no kill met a write under way".to_owned()
    });
    Ok(())
}

/// Counts a load's observations. If only the server's end may cause failures, any other one is reported.
fn account(seen: &Seen, report: &mut Report) {
    report.acknowledged += seen.acknowledged.get();
    report.unanswered += seen.unanswered.get();
    report.demand(seen.failed.get() == 0, || {
        format!("{} answers of 5xx", seen.failed.get())
    });
    for what in seen.strange.borrow().iter() {
        report.fail(what.clone());
    }
}

/// Checks every person again, the list of users, and the messages.
///
/// # Errors
/// If the server gives an unexpected answer.
pub async fn finally(
    setup: &Setup,
    place: &Rc<Place>,
    people: Vec<Person>,
    report: &mut Report,
) -> Outcome<Vec<Person>> {
    let people = check::people(place, people, report).await?;
    check::list(place, &people, report).await?;
    let mails = addressees(&setup.store().await?).await?;
    check::mails(&people, mails, report);
    Ok(people)
}

/// Number of messages to each address, sent or not.
async fn addressees(store: &SharedStore) -> Outcome<HashMap<String, u32>> {
    let (mut found, mut after) = (HashMap::new(), None);
    loop {
        let page = Page { limit: PAGE, after };
        let some = store.messages(None, page).await?;
        for message in some.items {
            *found.entry(message.to).or_default() += 1;
        }
        after = some.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

/// Whether SQLite's integrity check of the file passes.
///
/// # Errors
/// If it cannot be opened.
pub fn is_sound(setup: &Setup, report: &mut Report) -> Outcome<()> {
    let file = rusqlite::Connection::open(setup.data().join("cabana.db"))?;
    let verdict: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    report.demand(verdict == "ok", || format!("integrity_check: {verdict}"));
    let orphans: u32 =
        file.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
            row.get(0)
        })?;
    report.demand(orphans == 0, || {
        format!("{orphans} rows without their parents")
    });
    Ok(())
}
