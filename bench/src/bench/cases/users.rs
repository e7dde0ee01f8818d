//! Creates users and reads them.

use std::ops::Range;
use std::rc::Rc;

use async_trait::async_trait;
use serde_json::json;

use super::Case;
use crate::bench::people::{PASSWORD, newcomer, username};
use crate::bench::world::World;
use crate::common::Outcome;

pub fn reading() -> Vec<Rc<dyn Case>> {
    vec![Rc::new(AdminGetUser), Rc::new(GetUser)]
}

pub fn making() -> Vec<Rc<dyn Case>> {
    vec![
        Rc::new(AdminCreateUser),
        Rc::new(SignUp),
        Rc::new(ConfirmSignUp),
    ]
}

struct AdminCreateUser;

#[async_trait(?Send)]
impl Case for AdminCreateUser {
    fn name(&self) -> &str {
        "AdminCreateUser"
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let name = newcomer("made", ticket);
        let body = json!({
            "UserPoolId": world.pool, "Username": name, "TemporaryPassword": PASSWORD,
            "MessageAction": "SUPPRESS",
            "UserAttributes": [
                { "Name": "email", "Value": format!("{name}@example.com") },
                { "Name": "email_verified", "Value": "true" },
            ],
        });
        world.requests.signed("AdminCreateUser", &body.to_string())
    }
}

/// With an e-mail address to verify: a message is written, too.
struct SignUp;

impl SignUp {
    fn request(world: &World, ticket: u64) -> Vec<u8> {
        let name = newcomer("new", ticket);
        let body = json!({
            "ClientId": world.client, "Username": name, "Password": PASSWORD,
            "UserAttributes": [{ "Name": "email", "Value": format!("{name}@example.com") }],
        });
        world.requests.public("SignUp", &body.to_string())
    }
}

#[async_trait(?Send)]
impl Case for SignUp {
    fn name(&self) -> &str {
        "SignUp"
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        Ok(Self::request(world, ticket))
    }
}

struct ConfirmSignUp;

#[async_trait(?Send)]
impl Case for ConfirmSignUp {
    fn name(&self) -> &str {
        "ConfirmSignUp"
    }

    fn fastest(&self) -> u32 {
        12_000
    }

    /// Signs people up, and reads their codes from the store's inbox.
    async fn prepare(&self, world: &Rc<World>, tickets: Range<u64>) -> Outcome<()> {
        let names = tickets.clone().map(|ticket| newcomer("new", ticket));
        let requests = tickets.map(|ticket| SignUp::request(world, ticket));
        world.send_all(requests).await?;
        world.read_codes(names).await
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let name = newcomer("new", ticket);
        let code = world.code_for(&name)?;
        let body = json!({
            "ClientId": world.client, "Username": name, "ConfirmationCode": code,
        });
        Ok(world.requests.public("ConfirmSignUp", &body.to_string()))
    }
}

/// A different user each time, in no particular order.
struct AdminGetUser;

#[async_trait(?Send)]
impl Case for AdminGetUser {
    fn name(&self) -> &str {
        "AdminGetUser"
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let name = username(world.any_user(ticket));
        let body = format!(r#"{{"UserPoolId":"{}","Username":"{name}"}}"#, world.pool);
        world.requests.signed("AdminGetUser", &body)
    }
}

struct GetUser;

#[async_trait(?Send)]
impl Case for GetUser {
    fn name(&self) -> &str {
        "GetUser"
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let token = &world.member(ticket)?.access_token;
        let body = format!(r#"{{"AccessToken":"{token}"}}"#);
        Ok(world.requests.public("GetUser", &body))
    }
}
