//! Sign-in and refresh.

use std::rc::Rc;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Case, succeeded};
use crate::bench::load::Pace;
use crate::bench::people::PASSWORD;
use crate::bench::report::Report;
use crate::bench::world::World;
use crate::common::Outcome;
use crate::common::api::text;
use crate::common::http::Reply;

pub fn all() -> Vec<Rc<dyn Case>> {
    vec![
        Rc::new(Password),
        Rc::new(Srp),
        Rc::new(Argon2),
        Rc::new(Refresh),
        Rc::new(RefreshAtHalfLoad),
        Rc::new(RefreshBesideArgon2),
    ]
}

pub(super) fn initiate(world: &World, client: &str, flow: &str, parameters: Value) -> Vec<u8> {
    let body = json!({ "ClientId": client, "AuthFlow": flow, "AuthParameters": parameters });
    world.requests.public("InitiateAuth", &body.to_string())
}

/// Fails unless the answer holds tokens: a challenge is a 200, too.
pub(super) fn signed_in(reply: &Reply<'_>) -> Outcome<()> {
    succeeded(reply)?;
    let end = b"\"TokenType\":\"Bearer\"";
    if !reply.body.windows(end.len()).any(|window| window == end) {
        return Err(format!("no tokens: {}", reply.text()).into());
    }
    Ok(())
}

/// Against a sealed SRP verifier.
struct Password;

#[async_trait(?Send)]
impl Case for Password {
    fn name(&self) -> &str {
        "USER_PASSWORD_AUTH"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let parameters = json!({ "USERNAME": world.member(ticket)?.name, "PASSWORD": PASSWORD });
        Ok(initiate(
            world,
            &world.client,
            "USER_PASSWORD_AUTH",
            parameters,
        ))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        signed_in(reply)?;
        Ok(None)
    }
}

struct Srp;

#[async_trait(?Send)]
impl Case for Srp {
    fn name(&self) -> &str {
        "USER_SRP_AUTH, both calls"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let parameters = json!({
            "USERNAME": world.member(ticket)?.name, "SRP_A": world.srp.public(),
        });
        Ok(initiate(world, &world.client, "USER_SRP_AUTH", parameters))
    }

    fn answer(&self, world: &World, ticket: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        succeeded(reply)?;
        let answer: Value = serde_json::from_slice(reply.body)?;
        if answer.get("AuthenticationResult").is_some() {
            return Ok(None);
        }
        let parameter = |name: &str| text(&answer, &format!("/ChallengeParameters/{name}"));
        let name = &world.member(ticket)?.name;
        let claim = world.srp.claim(
            (&world.pool, name, PASSWORD),
            &parameter("SALT")?,
            &parameter("SRP_B")?,
            &parameter("SECRET_BLOCK")?,
        )?;
        let body = json!({
            "ClientId": world.client, "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": {
                "USERNAME": name,
                "PASSWORD_CLAIM_SECRET_BLOCK": parameter("SECRET_BLOCK")?,
                "PASSWORD_CLAIM_SIGNATURE": claim.signature,
                "TIMESTAMP": claim.timestamp,
            },
        });
        let next = world
            .requests
            .public("RespondToAuthChallenge", &body.to_string());
        Ok(Some(next))
    }
}

struct Argon2;

#[async_trait(?Send)]
impl Case for Argon2 {
    fn name(&self) -> &str {
        "USER_PASSWORD_AUTH, Argon2id"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn hashes(&self) -> u32 {
        1
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let parameters = json!({ "USERNAME": world.hashed(ticket), "PASSWORD": PASSWORD });
        Ok(initiate(
            world,
            &world.hashed_client,
            "USER_PASSWORD_AUTH",
            parameters,
        ))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        signed_in(reply)?;
        Ok(None)
    }
}

struct Refresh;

#[async_trait(?Send)]
impl Case for Refresh {
    fn name(&self) -> &str {
        "REFRESH_TOKEN_AUTH"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let parameters = json!({ "REFRESH_TOKEN": world.member(ticket)?.refresh_token });
        Ok(initiate(
            world,
            &world.client,
            "REFRESH_TOKEN_AUTH",
            parameters,
        ))
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        signed_in(reply)?;
        Ok(None)
    }
}

/// Latency when the server is at half its capacity.
struct RefreshAtHalfLoad;

#[async_trait(?Send)]
impl Case for RefreshAtHalfLoad {
    fn name(&self) -> &str {
        "REFRESH_TOKEN_AUTH at half load"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn pace(&self, so_far: &Report) -> Option<Pace> {
        Some(Pace {
            connections: 32,
            rate: so_far.most(Refresh.name()).map(|most| most / 2.0),
        })
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        Refresh.request(world, ticket)
    }
}

/// Whether slow hashes delay other requests.
struct RefreshBesideArgon2;

#[async_trait(?Send)]
impl Case for RefreshBesideArgon2 {
    fn name(&self) -> &str {
        "REFRESH_TOKEN_AUTH beside Argon2id"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn pace(&self, _: &Report) -> Option<Pace> {
        Some(Pace {
            connections: 8,
            rate: Some(50.0),
        })
    }

    fn beside(&self) -> Option<(Rc<dyn Case>, Pace)> {
        Some((Rc::new(Argon2), Pace::full(32)))
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        Refresh.request(world, ticket)
    }
}
