//! PostgreSQL goes away under load: stopped, crashed, replaced by its standby. The server stays up, reports the
//! problem, and recovers by itself when there is a database again.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::kill::{CONNECTIONS, finally};
use super::load::{Load, Seen};
use super::place::Place;
use super::report::Report;
use super::{Options, check};
use crate::common::Outcome;
use crate::common::postgres::Postgres;
use crate::common::server::Setup;

/// Writes before and after.
const WRITES: u64 = 60;
const LIMIT: Duration = Duration::from_secs(60);
/// Longest time until readiness notices, and until a call is refused.
const NOTICE: Duration = Duration::from_secs(15);
/// Time for which `/readyz` may repeat an answer.
pub const READINESS: Duration = Duration::from_millis(1_100);
/// Duration of the outage.
const AWAY: Duration = Duration::from_secs(1);
/// Most connections of ours at the database: the pool's, the listener's, and one to spare.
const MOST: u32 = 18;

/// Stops and restarts the database, once cleanly and once by a crash.
///
/// # Errors
/// If there is no PostgreSQL, or the server does not come back.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    let postgres = Arc::new(Postgres::start(None)?);
    let setup = Setup::new(&options.binary, None, Some(postgres.url()))?;
    let server = setup.start().await?;
    let place = Rc::new(Place::make(&setup).await?);
    let (mut everybody, mut slowest) = (Vec::new(), Duration::ZERO);
    for round in 0..options.outages() {
        for mode in ["fast", "immediate"] {
            let load = Load::start(&place, &format!("{mode}{round}"), CONNECTIONS);
            load.progress(WRITES, LIMIT).await?;
            stop(&postgres, mode).await?;
            is_told(&place, report).await?;
            tokio::time::sleep(AWAY).await;
            start(&postgres).await?;
            slowest = slowest.max(load.progress(WRITES, LIMIT).await?);
            is_ready(&place, report).await?;
            let used = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cabana'";
            let used: u32 = postgres.ask(used)?.parse()?;
            report.demand(used <= MOST, || format!("{used} connections"));
            let (people, seen) = load.finish().await?;
            account(&seen, report);
            everybody.extend(check::people(&place, people, report).await?);
            report.rounds += 1;
        }
    }
    finally(&setup, &place, everybody, report).await?;
    report.notes.push(format!(
        "{WRITES} writes after the database was back: within {slowest:.1?}, without a restart"
    ));
    server.stop()
}

/// The database dies, and its synchronous standby takes over.
///
/// # Errors
/// As [`run`].
pub async fn fail_over(options: &Options, report: &mut Report) -> Outcome<()> {
    let mut slowest = Duration::ZERO;
    for round in 0..options.outages() {
        let primary = Arc::new(Postgres::start(None)?);
        let standby = Arc::new(primary.standby()?);
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")?;
        primary.ask("SELECT pg_reload_conf()")?;
        is_followed(&primary).await?;
        let database = primary.url_of_either(&standby);
        let setup = Setup::new(&options.binary, None, Some(database))?;
        let server = setup.start().await?;
        let place = Rc::new(Place::make(&setup).await?);
        let load = Load::start(&place, &format!("f{round}"), CONNECTIONS);
        load.progress(WRITES, LIMIT).await?;
        stop(&primary, "immediate").await?;
        is_told(&place, report).await?;
        let heir = standby.clone();
        tokio::task::spawn_blocking(move || heir.promote()).await??;
        slowest = slowest.max(load.progress(WRITES, LIMIT).await?);
        is_ready(&place, report).await?;
        let (people, seen) = load.finish().await?;
        account(&seen, report);
        let people = check::people(&place, people, report).await?;
        finally(&setup, &place, people, report).await?;
        server.stop()?;
        report.rounds += 1;
    }
    report.notes.push(format!(
        "{WRITES} writes after the standby took over: within {slowest:.1?}, without a restart"
    ));
    Ok(())
}

async fn stop(postgres: &Arc<Postgres>, mode: &'static str) -> Outcome<()> {
    let postgres = postgres.clone();
    tokio::task::spawn_blocking(move || postgres.stop(mode)).await?
}

async fn start(postgres: &Arc<Postgres>) -> Outcome<()> {
    let postgres = postgres.clone();
    tokio::task::spawn_blocking(move || postgres.run(None)).await?
}

/// Waits until commits wait for the standby.
async fn is_followed(primary: &Postgres) -> Outcome<()> {
    let begun = Instant::now();
    while begun.elapsed() < LIMIT {
        let sync = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        if primary.ask(sync)? == "1" {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("the standby does not follow within {LIMIT:?}").into())
}

/// Checks that during the outage the server is not ready, but alive; and that calls fail quickly.
async fn is_told(place: &Place, report: &mut Report) -> Outcome<()> {
    let connection = &mut place.connect(0).await?;
    tokio::time::sleep(READINESS).await;
    for (path, expected) in [("/readyz", 503), ("/healthz", 200)] {
        let begun = Instant::now();
        let reply = connection.send(&place.requests.get(path, "")).await?;
        let (status, took) = (reply.status, begun.elapsed());
        report.demand(status == expected && took < NOTICE, || {
            format!("{path} while there is no database: {status} after {took:?}")
        });
    }
    let body = json!({ "UserPoolId": place.pool, "Username": "nobody" }).to_string();
    for operation in ["AdminGetUser", "AdminEnableUser"] {
        let begun = Instant::now();
        let request = place.requests.signed(operation, &body)?;
        let reply = connection.send(&request).await?;
        let (said, took) = (reply.text(), begun.elapsed());
        let is_clear = reply.status == 500 && said.contains("InternalErrorException");
        report.demand(is_clear && took < NOTICE, || {
            format!("{operation}: {} {said} after {took:?}", reply.status)
        });
    }
    Ok(())
}

async fn is_ready(place: &Place, report: &mut Report) -> Outcome<()> {
    tokio::time::sleep(READINESS).await;
    let connection = &mut place.connect(0).await?;
    let reply = connection.send(&place.requests.get("/readyz", "")).await?;
    report.demand(reply.status == 200, || "not ready again".to_owned());
    Ok(())
}

/// Counts the observations of a load that saw the failure.
pub fn account(seen: &Seen, report: &mut Report) {
    report.acknowledged += seen.acknowledged.get();
    report.unanswered += seen.unanswered.get() + seen.failed.get();
    for what in seen.strange.borrow().iter() {
        report.fail(what.clone());
    }
    let longest = seen.longest.get();
    report.demand(longest < 2 * NOTICE, || {
        format!("an answer after {longest:?}")
    });
}
