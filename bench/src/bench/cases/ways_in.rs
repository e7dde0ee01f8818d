//! Sign-in with functions, by a function's challenge, by a passkey, by a code.

use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::signing_in::{initiate, signed_in};
use super::{Case, succeeded};
use crate::bench::functions::SLOW;
use crate::bench::load::Pace;
use crate::bench::people::PASSWORD;
use crate::bench::report::Report;
use crate::bench::ways::user;
use crate::bench::world::World;
use crate::common::Outcome;
use crate::common::api::text;
use crate::common::http::Reply;

/// Far below what the server can do.
const CALM: Pace = Pace {
    connections: 8,
    rate: Some(100.0),
};
/// With a slow function, 250 sign-ins at once wait for it: a function may have 256 calls at once.
const MANY: Pace = Pace {
    connections: 256,
    rate: Some(128.0),
};

pub fn all() -> Vec<Rc<dyn Case>> {
    vec![
        Rc::new(ThreeFunctions),
        Rc::new(Calm {
            name: "USER_PASSWORD_AUTH, 100 a second",
            beside: None,
        }),
        Rc::new(Calm {
            name: "USER_PASSWORD_AUTH, 100 a second, beside others",
            beside: Some(Rc::new(Other)),
        }),
        Rc::new(Calm {
            name: "USER_PASSWORD_AUTH, 100 a second, beside 250 slow functions",
            beside: Some(Rc::new(SlowFunction)),
        }),
        Rc::new(Custom),
        Rc::new(Passkey),
        Rc::new(CodeByMail),
    ]
}

fn password(world: &World, client: &str, name: &str) -> Vec<u8> {
    let parameters = json!({ "USERNAME": name, "PASSWORD": PASSWORD });
    initiate(world, client, "USER_PASSWORD_AUTH", parameters)
}

fn respond(
    world: &World,
    client: &str,
    challenge: &str,
    session: &str,
    responses: Value,
) -> Vec<u8> {
    let body = json!({
        "ClientId": client, "ChallengeName": challenge, "Session": session, "ChallengeResponses": responses,
    });
    world
        .requests
        .public("RespondToAuthChallenge", &body.to_string())
}

/// The answer, unless it ends the sign-in.
fn goes_on(reply: &Reply<'_>) -> Outcome<Option<Value>> {
    succeeded(reply)?;
    let answer: Value = serde_json::from_slice(reply.body)?;
    Ok(answer
        .get("AuthenticationResult")
        .is_none()
        .then_some(answer))
}

/// The end of an exchange that must have signed in.
fn tokens(reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
    signed_in(reply)?;
    Ok(None)
}

/// Functions before, after and in the tokens of a sign-in by password. What it costs more than `USER_PASSWORD_AUTH` is
/// theirs.
struct ThreeFunctions;

#[async_trait(?Send)]
impl Case for ThreeFunctions {
    fn name(&self) -> &str {
        "USER_PASSWORD_AUTH, three functions"
    }

    fn signatures(&self) -> u32 {
        2
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        world.ways.quick(world).await.map(drop)
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let client = world.ways.quick_client()?;
        Ok(password(world, client, &user(ticket)))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        tokens(reply)
    }
}

/// A few sign-ins without functions, alone or beside others. Slow functions must not delay them more than as many
/// sign-ins without functions do.
struct Calm {
    name: &'static str,
    beside: Option<Rc<dyn Case>>,
}

#[async_trait(?Send)]
impl Case for Calm {
    fn name(&self) -> &str {
        self.name
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn pace(&self, _: &Report) -> Option<Pace> {
        Some(CALM)
    }

    fn beside(&self) -> Option<(Rc<dyn Case>, Pace)> {
        self.beside.clone().map(|case| (case, MANY))
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        Ok(password(world, &world.client, &world.member(ticket)?.name))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        tokens(reply)
    }
}

/// The same sign-ins as [`SlowFunction`], without a function.
struct Other;

#[async_trait(?Send)]
impl Case for Other {
    fn name(&self) -> &str {
        "USER_PASSWORD_AUTH, others"
    }

    fn signatures(&self) -> u32 {
        2
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        world.ways.plain(world).await.map(drop)
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let client = world.ways.plain_client()?;
        Ok(password(world, client, &user(ticket)))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        tokens(reply)
    }
}

struct SlowFunction;

#[async_trait(?Send)]
impl Case for SlowFunction {
    fn name(&self) -> &str {
        "USER_PASSWORD_AUTH, a slow function"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn waits(&self) -> Duration {
        SLOW
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        world.ways.late(world).await.map(drop)
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let client = world.ways.late_client()?;
        Ok(password(world, client, &user(ticket)))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        tokens(reply)
    }
}

/// CUSTOM_AUTH with a challenge of one round: five calls of functions, and the two that every sign-in of the pool has.
struct Custom;

#[async_trait(?Send)]
impl Case for Custom {
    fn name(&self) -> &str {
        "CUSTOM_AUTH, one round, both calls"
    }

    fn signatures(&self) -> u32 {
        2
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        world.ways.quick(world).await.map(drop)
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let client = world.ways.quick_client()?;
        let parameters = json!({ "USERNAME": user(ticket) });
        Ok(initiate(world, client, "CUSTOM_AUTH", parameters))
    }

    fn answer(&self, world: &World, ticket: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        let Some(answer) = goes_on(reply)? else {
            return Ok(None);
        };
        let session = text(&answer, "/Session")?;
        let client = world.ways.quick_client()?;
        let responses = json!({ "USERNAME": user(ticket), "ANSWER": "cabana" });
        Ok(Some(respond(
            world,
            client,
            "CUSTOM_CHALLENGE",
            &session,
            responses,
        )))
    }
}

struct Passkey;

#[async_trait(?Send)]
impl Case for Passkey {
    fn name(&self) -> &str {
        "USER_AUTH, WEB_AUTHN, both calls"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn verifications(&self) -> u32 {
        1
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        world.ways.register(world).await
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let client = world.ways.choice_client()?;
        let parameters = json!({ "USERNAME": user(ticket), "PREFERRED_CHALLENGE": "WEB_AUTHN" });
        Ok(initiate(world, client, "USER_AUTH", parameters))
    }

    fn answer(&self, world: &World, ticket: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        let Some(answer) = goes_on(reply)? else {
            return Ok(None);
        };
        let session = text(&answer, "/Session")?;
        let options = text(&answer, "/ChallengeParameters/CREDENTIAL_REQUEST_OPTIONS")?;
        let holder = world.ways.holder(ticket)?;
        let credential = holder
            .authenticator
            .get(&serde_json::from_str(&options)?, &holder.handle);
        let client = world.ways.choice_client()?;
        let responses = json!({ "USERNAME": user(ticket), "CREDENTIAL": credential.to_string() });
        Ok(Some(respond(
            world,
            client,
            "WEB_AUTHN",
            &session,
            responses,
        )))
    }
}

/// The second call: the first, with its mail, is made before.
struct CodeByMail;

#[async_trait(?Send)]
impl Case for CodeByMail {
    fn name(&self) -> &str {
        "USER_AUTH, EMAIL_OTP, the code"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn fastest(&self) -> u32 {
        2_500
    }

    async fn prepare(&self, world: &Rc<World>, tickets: Range<u64>) -> Outcome<()> {
        world.ways.begin(world, tickets).await
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let (session, code) = world.ways.begun(ticket)?;
        let client = world.ways.choice_client()?;
        let responses = json!({ "USERNAME": user(ticket), "EMAIL_OTP_CODE": code });
        Ok(respond(world, client, "EMAIL_OTP", &session, responses))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        tokens(reply)
    }
}
