//! A flood of sign-ins: 64 connections try right and wrong passwords, with a verifier and with Argon2id, as fast as
//! they are answered. All other requests must be answered nevertheless.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::{JoinHandle, spawn_local};

use super::Options;
use super::place::{Place, password};
use super::report::Report;
use crate::common::Outcome;
use crate::common::api::text;
use crate::common::http::Connection;
use crate::common::server::Setup;

/// Connections that try passwords, and people in each pool.
const FLOOD: usize = 64;
/// Pause between two of the other requests.
const PAUSE: Duration = Duration::from_millis(50);
/// Duration before the flood, for comparison.
const CALM: Duration = Duration::from_secs(2);
/// Longest wait of the other requests. Far above the usual: this tests availability, not speed.
const LONGEST: Duration = Duration::from_secs(2);

/// State of the flood.
#[derive(Default)]
struct Phase {
    floods: Cell<bool>,
    over: Cell<bool>,
    /// Passwords judged, by whether they were right.
    judged: [Cell<u64>; 2],
    strange: RefCell<Vec<String>>,
}

/// # Errors
/// If the server gives an unexpected answer before the flood.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    let length = Duration::from_secs(if options.short { 5 } else { 30 });
    let setup = Setup::new(&options.binary, None, None)?;
    let server = setup.start().await?;
    let verifiers = Rc::new(Place::make(&setup).await?);
    let hashes = Rc::new(Place::make_with(&setup, json!({ "cabana:srp": "off" })).await?);
    for place in [&verifiers, &hashes] {
        populate(place).await?;
    }
    let phase = Rc::new(Phase::default());
    let others = others(&verifiers).await?;
    let watchers: Vec<_> = others
        .into_iter()
        .map(|(name, request)| {
            let (place, phase) = (verifiers.clone(), phase.clone());
            (name, spawn_local(watch(place, phase, name, request)))
        })
        .collect();
    tokio::time::sleep(CALM).await;
    phase.floods.set(true);
    let flood: Vec<_> = (0..FLOOD)
        .map(|number| {
            let place = if number % 2 == 0 { &verifiers } else { &hashes };
            attack(place.clone(), phase.clone(), number)
        })
        .collect();
    tokio::time::sleep(length).await;
    phase.over.set(true);
    for one in flood {
        one.await?;
    }
    for (name, watcher) in watchers {
        let [calm, flood] = watcher.await?;
        judge(name, calm, flood, report);
    }
    for what in phase.strange.borrow().iter() {
        report.fail(what.clone());
    }
    let [wrong, right] = phase.judged.each_ref().map(Cell::get);
    report.demand(right > 0 && wrong > 0, || "there was no flood".to_owned());
    report.acknowledged = right;
    report.rounds = 1;
    report.notes.push(format!(
        "{} sign-ins a second, {right} right and {wrong} wrong",
        (right + wrong) / length.as_secs()
    ));
    server.stop()
}

fn name(number: usize) -> String {
    format!("flooded-{number}")
}

async fn populate(place: &Place) -> Outcome<()> {
    let connection = &mut place.connect(0).await?;
    for number in 0..FLOOD {
        let user = json!({ "UserPoolId": place.pool, "Username": name(number), "MessageAction": "SUPPRESS" });
        let password = json!({
            "UserPoolId": place.pool, "Username": name(number), "Password": password(1), "Permanent": true,
        });
        let requests = &place.requests;
        requests.ok(connection, "AdminCreateUser", user).await?;
        requests
            .ok(connection, "AdminSetUserPassword", password)
            .await?;
    }
    Ok(())
}

fn sign_in(place: &Place, name: &str, number: u32) -> Vec<u8> {
    let body = json!({
        "ClientId": place.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": name, "PASSWORD": password(number) },
    });
    place.requests.public("InitiateAuth", &body.to_string())
}

/// The other requests during the flood.
async fn others(place: &Place) -> Outcome<Vec<(&'static str, Vec<u8>)>> {
    let connection = &mut place.connect(0).await?;
    let reply = connection.send(&sign_in(place, &name(0), 1)).await?;
    let tokens = serde_json::from_slice(reply.body)?;
    let access = json!({ "AccessToken": text(&tokens, "/AuthenticationResult/AccessToken")? });
    let refresh = json!({
        "ClientId": place.client, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": text(&tokens, "/AuthenticationResult/RefreshToken")? },
    });
    let requests = &place.requests;
    Ok(vec![
        ("/healthz", requests.get("/healthz", "")),
        ("/readyz", requests.get("/readyz", "")),
        ("GetUser", requests.public("GetUser", &access.to_string())),
        (
            "a refresh",
            requests.public("InitiateAuth", &refresh.to_string()),
        ),
    ])
}

/// Repeats one request; returns its latencies before and during the flood.
async fn watch(
    place: Rc<Place>,
    phase: Rc<Phase>,
    name: &'static str,
    request: Vec<u8>,
) -> [Vec<Duration>; 2] {
    let mut waited = [Vec::new(), Vec::new()];
    let [calm, flood] = &mut waited;
    let mut connection: Option<Connection> = None;
    while !phase.over.get() {
        let floods = phase.floods.get();
        let begun = Instant::now();
        let failure = match &mut connection {
            None => place.connect(0).await.map(|it| connection = Some(it)).err(),
            Some(_) => None,
        };
        let verdict = match (&mut connection, failure) {
            (Some(connection), None) => match connection.send(&request).await {
                Ok(reply) if reply.status == 200 => Ok(()),
                Ok(reply) => Err(format!("{} {}", reply.status, reply.text())),
                Err(error) => Err(error.to_string()),
            },
            (_, failure) => Err(failure.map_or_else(String::new, |it| it.to_string())),
        };
        if let Err(what) = verdict {
            let what = format!("{name}: {what}");
            phase.strange.borrow_mut().push(what);
            connection = None;
        }
        let waited = if floods { &mut *flood } else { &mut *calm };
        waited.push(begun.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
    waited
}

/// Tries passwords until the end: of one person, right and wrong by turns, so that the account is not locked; and of
/// unknown users.
fn attack(place: Rc<Place>, phase: Rc<Phase>, number: usize) -> JoinHandle<()> {
    spawn_local(async move {
        let tries = [
            (sign_in(&place, &name(number), 1), true),
            (sign_in(&place, &name(number), 2), false),
            (sign_in(&place, &name(number), 1), true),
            (sign_in(&place, "nobody", 1), false),
        ];
        let outcome: Outcome<()> = async {
            let connection = &mut place.connect(0).await?;
            for (request, is_right) in tries.iter().cycle() {
                if phase.over.get() {
                    return Ok(());
                }
                let reply = connection.send(request).await?;
                match (is_right, reply.status) {
                    (true, 200) => {}
                    (false, 400) if reply.text().contains("NotAuthorizedException") => {}
                    (_, status) => return Err(format!("{status} {}", reply.text()).into()),
                }
                let [wrong, right] = &phase.judged;
                let judged = if *is_right { right } else { wrong };
                judged.set(judged.get() + 1);
            }
            Ok(())
        }
        .await;
        if let Err(what) = outcome {
            let what = format!("a sign-in: {what}");
            phase.strange.borrow_mut().push(what);
        }
    })
}

fn judge(name: &str, calm: Vec<Duration>, flood: Vec<Duration>, report: &mut Report) {
    let longest = flood.iter().max().copied().unwrap_or(Duration::MAX);
    report.demand(longest <= LONGEST, || {
        format!("{name}: an answer after {longest:.1?}")
    });
    let (count, calm, flood) = (flood.len(), percentiles(calm), percentiles(flood));
    report.notes.push(format!(
        "{name}: {count} answered; half within {:.1?}, 99 % within {:.1?}, all within {longest:.1?}; before it {:.1?} and {:.1?}",
        flood.0, flood.1, calm.0, calm.1
    ));
}

/// The median and the 99th percentile.
fn percentiles(mut waited: Vec<Duration>) -> (Duration, Duration) {
    waited.sort();
    let at = |hundredths: usize| {
        let place = (waited.len() * hundredths / 100).min(waited.len().saturating_sub(1));
        waited.get(place).copied().unwrap_or_default()
    };
    (at(50), at(99))
}
