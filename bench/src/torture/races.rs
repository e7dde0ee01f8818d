//! A hundred people want the same thing at the same moment, and exactly one may have it.

use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::spawn_local;

use super::acts::{elements, member};
use super::place::{Place, password};
use super::report::Report;
use super::{Options, page};
use crate::common::api::text;
use crate::common::http::Connection;
use crate::common::postgres::Postgres;
use crate::common::server::{Server, Setup};
use crate::common::{Outcome, random};

/// Number of competitors.
const RUNNERS: usize = 100;
/// Longest delivery time of a code to the inbox.
const MAIL: Duration = Duration::from_secs(10);

/// The contested thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prize {
    AuthorizationCode,
    ConfirmationCode,
    RefreshToken,
    UserName,
    Alias,
}

const PRIZES: [Prize; 5] = [
    Prize::AuthorizationCode,
    Prize::ConfirmationCode,
    Prize::RefreshToken,
    Prize::UserName,
    Prize::Alias,
];

impl Prize {
    /// The permitted refusals for the losers.
    fn refusals(self) -> &'static [&'static str] {
        match self {
            Self::AuthorizationCode => &["invalid_grant"],
            Self::ConfirmationCode => &[
                "NotAuthorizedException",
                "ExpiredCodeException",
                "LimitExceededException",
                "TooManyRequestsException",
            ],
            Self::RefreshToken => &["RefreshTokenReuseException", "NotAuthorizedException"],
            Self::UserName => &["UsernameExistsException"],
            Self::Alias => &["AliasExistsException", "UsernameExistsException"],
        }
    }
}

/// One race: the user name, and the contested thing.
struct Race {
    prize: Prize,
    name: String,
    requests: Vec<Vec<u8>>,
}

/// An answer, if one came.
type Answer = Option<(u16, String)>;

/// Races on one node with SQLite.
///
/// # Errors
/// If the server gives an unexpected answer.
pub async fn on_one_node(options: &Options, report: &mut Report) -> Outcome<()> {
    let setup = Setup::new(&options.binary, None, None)?;
    let server = setup.start().await?;
    let place = Rc::new(Place::make(&setup).await?);
    for round in 0..options.races() {
        for prize in PRIZES {
            let race = Race::new(&place, prize, &format!("{round}")).await?;
            let answers = race.run(&place, async { Ok(()) }).await?;
            race.judge(&answers, report);
            race.look(&place, report).await?;
        }
        report.rounds += 1;
    }
    server.stop()
}

/// Races on two nodes with one PostgreSQL: first both stay up; then one of them dies in the middle.
///
/// # Errors
/// If there is no PostgreSQL, or a server gives an unexpected answer.
pub async fn on_two_nodes(options: &Options, report: &mut Report) -> Outcome<()> {
    let postgres = Postgres::start(None)?;
    let setup = Setup::new(&options.binary, None, Some(postgres.url()))?;
    let first = setup.start().await?;
    let twin = setup.twin()?;
    let mut second = twin.start().await?;
    let mut place = Place::make(&setup).await?;
    place.nodes.push(twin.address());
    let place = Rc::new(place);
    for round in 0..options.races() {
        for prize in PRIZES {
            let race = Race::new(&place, prize, &format!("{round}")).await?;
            let answers = race.run(&place, async { Ok(()) }).await?;
            race.judge(&answers, report);
            race.look(&place, report).await?;

            let race = Race::new(&place, prize, &format!("{round}x")).await?;
            let answers = race.run(&place, die(second)).await?;
            second = twin.start().await?;
            race.judge_without_some(&answers, &place, report).await?;
            race.look(&place, report).await?;
        }
        report.rounds += 1;
    }
    second.stop()?;
    first.stop()
}

/// Kills the server during a race.
async fn die(server: Server) -> Outcome<()> {
    let [random] = random()?;
    tokio::time::sleep(Duration::from_micros(u64::from(random) * 400)).await;
    server.kill()
}

impl Race {
    /// Prepares everything up to the moment of the race.
    async fn new(place: &Place, prize: Prize, round: &str) -> Outcome<Self> {
        let name = format!("{prize:?}-{round}").to_lowercase();
        let connection = &mut place.connect(0).await?;
        let requests = match prize {
            Prize::AuthorizationCode => {
                confirmed(place, connection, &name).await?;
                let code = page::authorization_code(place, connection, &name, &password(1)).await?;
                vec![page::exchange(place, &code); RUNNERS]
            }
            Prize::ConfirmationCode => {
                let sign_up = sign_up(place, &name, 0);
                let reply = connection.send(&sign_up).await?;
                if reply.status != 200 {
                    return Err(format!("SignUp: {}", reply.text()).into());
                }
                let code = code(place, connection, &address(&name, 0)).await?;
                let body = json!({
                    "ClientId": place.client, "Username": name, "ConfirmationCode": code,
                });
                vec![place.requests.public("ConfirmSignUp", &body.to_string()); RUNNERS]
            }
            Prize::RefreshToken => {
                confirmed(place, connection, &name).await?;
                let token = refresh_token(place, connection, &name).await?;
                let body = json!({ "ClientId": place.rotating, "RefreshToken": token });
                let body = body.to_string();
                vec![place.requests.public("GetTokensFromRefreshToken", &body); RUNNERS]
            }
            Prize::UserName => (0..RUNNERS).map(|it| sign_up(place, &name, it)).collect(),
            Prize::Alias => (0..RUNNERS)
                .map(|it| {
                    let body = json!({
                        "UserPoolId": place.pool, "Username": format!("{name}-{it}"),
                        "MessageAction": "SUPPRESS", "UserAttributes": [
                            { "Name": "email", "Value": address(&name, 0) },
                            { "Name": "email_verified", "Value": "true" },
                        ],
                    });
                    place.requests.signed("AdminCreateUser", &body.to_string())
                })
                .collect::<Outcome<_>>()?,
        };
        Ok(Self {
            prize,
            name,
            requests,
        })
    }

    /// Starts all competitors at once, while something else happens.
    async fn run(
        &self,
        place: &Place,
        meanwhile: impl Future<Output = Outcome<()>>,
    ) -> Outcome<Vec<Answer>> {
        let mut runners = Vec::new();
        for (number, request) in self.requests.iter().enumerate() {
            let mut connection = place.connect(number).await?;
            let request = request.clone();
            runners.push(spawn_local(async move {
                let reply = connection.send(&request).await.ok()?;
                Some((reply.status, reply.text()))
            }));
        }
        meanwhile.await?;
        let mut answers = Vec::new();
        for runner in runners {
            answers.push(runner.await?);
        }
        Ok(answers)
    }

    /// Checks that there is one winner, and a clear refusal for all others.
    fn judge(&self, answers: &[Answer], report: &mut Report) {
        let winners = self.winners(answers, report);
        report.demand(winners == 1, || format!("{}: {winners} winners", self.name));
        let silent = answers.iter().filter(|it| it.is_none()).count();
        report.demand(silent == 0, || {
            format!("{}: {silent} without an answer", self.name)
        });
    }

    /// Checks that at most one won; if none did, a later attempt either wins or finds it won.
    async fn judge_without_some(
        &self,
        answers: &[Answer],
        place: &Place,
        report: &mut Report,
    ) -> Outcome<()> {
        let winners = self.winners(answers, report);
        report.demand(winners <= 1, || format!("{}: {winners} winners", self.name));
        report.unanswered += answers.iter().filter(|it| it.is_none()).count() as u64;
        let mut late = Vec::new();
        let connection = &mut place.connect(0).await?;
        for request in self.requests.iter().take(2) {
            let reply = connection.send(request).await?;
            late.push(Some((reply.status, reply.text())));
        }
        let late = self.winners(&late, report);
        report.demand(winners + late <= 1, || {
            format!("{}: {winners} winners and {late} later", self.name)
        });
        Ok(())
    }

    /// The number of winners; refusals in unexpected words are reported.
    fn winners(&self, answers: &[Answer], report: &mut Report) -> usize {
        let mut winners = 0;
        for (status, body) in answers.iter().flatten() {
            let is_clear = || self.prize.refusals().iter().any(|it| body.contains(it));
            match status {
                200 => winners += 1,
                400 if is_clear() => report.checked += 1,
                _ => report.fail(format!("{}: {status} {body}", self.name)),
            }
        }
        report.acknowledged += winners as u64;
        winners
    }

    /// Checks that the contested thing exists once, and whole.
    async fn look(&self, place: &Place, report: &mut Report) -> Outcome<()> {
        let connection = &mut place.connect(0).await?;
        match self.prize {
            Prize::ConfirmationCode => {
                let user = user(place, connection, &self.name).await?;
                let status = user.as_ref().map(|it| member(it, "UserStatus"));
                report.demand(status == Some(&json!("CONFIRMED")), || {
                    format!("{}: {status:?}", self.name)
                });
            }
            Prize::UserName => {
                let user = user(place, connection, &self.name).await?;
                report.demand(user.is_some(), || format!("{}: nobody", self.name));
            }
            Prize::Alias => {
                let mut found = Vec::new();
                for number in 0..RUNNERS {
                    let name = format!("{}-{number}", self.name);
                    found.extend(user(place, connection, &name).await?);
                }
                let holder = user(place, connection, &address(&self.name, 0)).await?;
                report.demand(found.len() == 1 && holder.as_ref() == found.first(), || {
                    format!("{}: {} users of one address", self.name, found.len())
                });
            }
            Prize::AuthorizationCode | Prize::RefreshToken => {}
        }
        Ok(())
    }
}

fn address(name: &str, number: usize) -> String {
    format!("{name}.{number}@example.com")
}

fn sign_up(place: &Place, name: &str, number: usize) -> Vec<u8> {
    let body = json!({
        "ClientId": place.client, "Username": name, "Password": password(1),
        "UserAttributes": [{ "Name": "email", "Value": address(name, number) }],
    });
    place.requests.public("SignUp", &body.to_string())
}

/// Creates a user with a password.
async fn confirmed(place: &Place, connection: &mut Connection, name: &str) -> Outcome<()> {
    let made = json!({ "UserPoolId": place.pool, "Username": name, "MessageAction": "SUPPRESS" });
    let password = json!({
        "UserPoolId": place.pool, "Username": name, "Password": password(1), "Permanent": true,
    });
    let requests = &place.requests;
    requests.ok(connection, "AdminCreateUser", made).await?;
    requests
        .ok(connection, "AdminSetUserPassword", password)
        .await?;
    Ok(())
}

async fn refresh_token(place: &Place, connection: &mut Connection, name: &str) -> Outcome<String> {
    let body = json!({
        "ClientId": place.rotating, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": name, "PASSWORD": password(1) },
    });
    let answer = place.requests.ok(connection, "InitiateAuth", body).await?;
    text(&answer, "/AuthenticationResult/RefreshToken")
}

async fn user(place: &Place, connection: &mut Connection, name: &str) -> Outcome<Option<Value>> {
    super::check::find(place, connection, name).await
}

/// The code that was sent to an address.
async fn code(place: &Place, connection: &mut Connection, address: &str) -> Outcome<String> {
    let begun = std::time::Instant::now();
    while begun.elapsed() < MAIL {
        let request = place.requests.get("/_cabana/messages", "");
        let reply = connection.send(&request).await?;
        let inbox: Value = serde_json::from_slice(reply.body)?;
        let mut messages = elements(&inbox, "messages");
        if let Some(message) = messages.find(|it| member(it, "to") == address) {
            return text(message, "/code");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("no code for {address} in {MAIL:?}").into())
}
