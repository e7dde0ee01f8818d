//! The OAuth 2.0 endpoints and the sign-in page.

use std::ops::Range;
use std::rc::Rc;

use async_trait::async_trait;

use super::Case;
use crate::bench::world::{CALLBACK, SCOPE, World, authorization_code};
use crate::common::Outcome;

pub fn all() -> Vec<Rc<dyn Case>> {
    vec![
        Rc::new(CodeExchange),
        Rc::new(ClientCredentials),
        Rc::new(UserInfo),
        Rc::new(Jwks),
        Rc::new(SignInPage),
    ]
}

struct CodeExchange;

#[async_trait(?Send)]
impl Case for CodeExchange {
    fn name(&self) -> &str {
        "code exchange"
    }

    fn signatures(&self) -> u32 {
        2
    }

    fn fastest(&self) -> u32 {
        3_000
    }

    async fn prepare(&self, world: &Rc<World>, tickets: Range<u64>) -> Outcome<()> {
        world.insert_codes(tickets).await
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", &world.client),
            ("code", &authorization_code(ticket)),
            ("redirect_uri", CALLBACK),
        ];
        let path = format!("/{}/oauth2/token", world.pool);
        Ok(world.requests.form(&path, "", &fields))
    }
}

struct ClientCredentials;

#[async_trait(?Send)]
impl Case for ClientCredentials {
    fn name(&self) -> &str {
        "client_credentials"
    }

    fn signatures(&self) -> u32 {
        1
    }

    fn request(&self, world: &World, _ticket: u64) -> Outcome<Vec<u8>> {
        let (id, secret) = &world.machine;
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
            ("scope", SCOPE),
        ];
        let path = format!("/{}/oauth2/token", world.pool);
        Ok(world.requests.form(&path, "", &fields))
    }
}

struct UserInfo;

#[async_trait(?Send)]
impl Case for UserInfo {
    fn name(&self) -> &str {
        "userInfo"
    }

    fn request(&self, world: &World, _ticket: u64) -> Outcome<Vec<u8>> {
        let bearer = format!("authorization: Bearer {}\r\n", world.openid_token);
        let path = format!("/{}/oauth2/userInfo", world.pool);
        Ok(world.requests.get(&path, &bearer))
    }
}

struct Jwks;

#[async_trait(?Send)]
impl Case for Jwks {
    fn name(&self) -> &str {
        "JWKS"
    }

    fn request(&self, world: &World, _ticket: u64) -> Outcome<Vec<u8>> {
        let path = format!("/{}/.well-known/jwks.json", world.pool);
        Ok(world.requests.get(&path, ""))
    }
}

struct SignInPage;

#[async_trait(?Send)]
impl Case for SignInPage {
    fn name(&self) -> &str {
        "sign-in page"
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let path = format!(
            "/{}/login?client_id={}&response_type=code&redirect_uri={}&scope=openid&state={ticket}",
            world.pool,
            world.client,
            form_urlencoded::byte_serialize(CALLBACK.as_bytes()).collect::<String>(),
        );
        Ok(world.requests.get(&path, ""))
    }
}
