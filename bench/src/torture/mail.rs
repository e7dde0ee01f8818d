//! The mail server is away for a while: people still sign up, and their mails come later, each once. If the server dies
//! between the mail server's acknowledgement and its own record of it, a mail comes twice, with the same Message-ID.

use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Options;
use super::place::{Place, password};
use super::report::Report;
use super::sink::{Kept, Mail, Sink};
use crate::common::Outcome;
use crate::common::program::spare_port;
use crate::common::server::Setup;

/// People who sign up in each phase.
const PEOPLE: usize = 20;
/// The first retry comes after 10 seconds, the second after a minute more.
const LATER: Duration = Duration::from_secs(100);
/// A mail with an unknown outcome is sent again as soon as the server is back: on SQLite no other node can have claimed
/// it.
const UNKNOWN: Duration = Duration::from_secs(10);
const AWAY: Duration = Duration::from_secs(3);

/// # Errors
/// If the server gives an unexpected answer.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    let (port, kept) = (spare_port()?, Rc::new(Kept::default()));
    let mut setup = Setup::new(&options.binary, None, None)?;
    setup.mail = Some(format!("smtp://127.0.0.1:{port}?tls=none"));
    let sink = Sink::open(port, &kept).await?;
    let mut server = setup.start().await?;
    let place = Place::make(&setup).await?;
    let mut expected = sign_up(&place, "before", PEOPLE, report).await?;
    arrive(&kept, expected.len(), LATER).await;
    // A mail in delivery when its server goes away has an unknown outcome, and may come twice: none is here.
    tokio::time::sleep(AWAY).await;
    drop(sink);
    expected.extend(sign_up(&place, "away", PEOPLE, report).await?);
    tokio::time::sleep(AWAY).await;
    let sink = Sink::open(port, &kept).await?;
    let waited = arrive(&kept, expected.len(), LATER).await;
    // Any duplicate arrives within this time.
    tokio::time::sleep(AWAY).await;
    each_once(&expected, &kept, report);
    report.rounds += 1;
    let came = format!("all mails {waited:.0?} after the mail server was back");
    report.notes.push(came);
    if !options.short {
        kept.is_silent.set(true);
        let fated = sign_up(&place, "crash", 1, report).await?.concat();
        arrive(&kept, expected.len() + 1, LATER).await;
        server.kill()?;
        kept.is_silent.set(false);
        server = setup.start().await?;
        arrive(&kept, expected.len() + 2, UNKNOWN).await;
        let mails = kept.mails.borrow().clone();
        let found: Vec<Mail> = mails.into_iter().filter(|it| it.to == fated).collect();
        let twice = |it: &[Mail]| matches!(it, [one, two] if one == two && !one.id.is_empty());
        report.demand(twice(&found), || {
            format!("after a crash in the middle of a mail: {found:?}")
        });
        report.rounds += 1;
    }
    drop(sink);
    server.stop()
}

/// Signs people up; returns their addresses.
async fn sign_up(
    place: &Place,
    phase: &str,
    people: usize,
    report: &mut Report,
) -> Outcome<Vec<String>> {
    let connection = &mut place.connect(0).await?;
    let mut addresses = Vec::new();
    for number in 0..people {
        let name = format!("{phase}-{number}");
        let address = format!("{name}@example.com");
        let body = json!({
            "ClientId": place.client, "Username": name, "Password": password(1),
            "UserAttributes": [{ "Name": "email", "Value": address }],
        });
        place.requests.ok(connection, "SignUp", body).await?;
        report.acknowledged += 1;
        addresses.push(address);
    }
    Ok(addresses)
}

/// Waits for this many mails, or until the limit.
async fn arrive(kept: &Kept, count: usize, limit: Duration) -> Duration {
    let begun = Instant::now();
    while kept.mails.borrow().len() < count && begun.elapsed() < limit {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    begun.elapsed()
}

fn each_once(expected: &[String], kept: &Kept, report: &mut Report) {
    let mails = kept.mails.borrow();
    for address in expected {
        let found = mails.iter().filter(|it| it.to == *address).count();
        report.demand(found == 1, || format!("{found} mails to {address}"));
    }
    report.demand(mails.len() == expected.len(), || {
        format!("{} mails to {} people", mails.len(), expected.len())
    });
}
