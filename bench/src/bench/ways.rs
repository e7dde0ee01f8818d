//! Pools for ways to sign in other than a password, made when a case first needs them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::PoolId;
use cabana_store::Change;
use cabana_testkit::Authenticator;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::fill::{self, Members};
use super::functions::{LATE, QUICK};
use super::people::{self, PASSWORD};
use super::provider::CLIENT;
use super::world::{CALLBACK, World};
use crate::common::Outcome;
use crate::common::api::text;
use crate::common::http::Connection;

/// Users of each pool; all can sign in.
pub const USERS: u32 = 256;
/// The page at which the passkeys' browser is.
const ORIGIN: &str = "http://localhost:3000";

/// A pool with an app client.
pub struct Pool {
    pub id: String,
    pub client: String,
}

/// Somebody with a passkey.
pub struct Holder {
    pub authenticator: Authenticator,
    /// The ID that the registration gave to the user.
    pub handle: String,
}

/// The pools.
#[derive(Default)]
pub struct Ways {
    /// Functions before, after and in the tokens of a sign-in; those of a challenge.
    quick: OnceCell<Pool>,
    /// A slow function before a sign-in.
    late: OnceCell<Pool>,
    /// No functions.
    plain: OnceCell<Pool>,
    /// Issuer of the identity provider in this process.
    pub issuer: RefCell<String>,
    /// People of that provider.
    federated: OnceCell<Pool>,
    /// Passwords, codes by mail and passkeys.
    choice: OnceCell<Pool>,
    holders: RefCell<Vec<Rc<Holder>>>,
    /// Session and code of a sign-in that has begun, by ticket.
    begun: RefCell<HashMap<u64, (String, String)>>,
}

/// The user of a ticket in these pools.
pub fn user(ticket: u64) -> String {
    people::username((ticket % u64::from(USERS)) as u32)
}

impl Ways {
    /// The pool whose functions answer at once.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn quick(&self, world: &World) -> Outcome<&Pool> {
        let config = [
            "PreAuthentication",
            "PostAuthentication",
            "PreTokenGeneration",
            "DefineAuthChallenge",
            "CreateAuthChallenge",
            "VerifyAuthChallengeResponse",
        ];
        let config: Value = config
            .map(|it| (it.to_owned(), json!(QUICK)))
            .into_iter()
            .collect();
        let settings = json!({ "LambdaConfig": config });
        self.quick.get_or_try_init(|| make(world, settings)).await
    }

    /// The pool whose function is slow.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn late(&self, world: &World) -> Outcome<&Pool> {
        let settings = json!({ "LambdaConfig": { "PreAuthentication": LATE } });
        self.late.get_or_try_init(|| make(world, settings)).await
    }

    /// The pool without functions.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn plain(&self, world: &World) -> Outcome<&Pool> {
        self.plain.get_or_try_init(|| make(world, json!({}))).await
    }

    /// The pool with a choice of first factors.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn choice(&self, world: &World) -> Outcome<&Pool> {
        let factors = json!(["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]);
        let settings =
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
        self.choice.get_or_try_init(|| make(world, settings)).await
    }

    /// The pool whose people come from the identity provider.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn federated(&self, world: &World) -> Outcome<&Pool> {
        let made = async {
            let pool = make(world, json!({})).await?;
            let connection = &mut Connection::open(world.address(0)?).await?;
            let provider = json!({
                "UserPoolId": pool.id, "ProviderName": "Corp", "ProviderType": "OIDC",
                "ProviderDetails": {
                    "client_id": CLIENT, "client_secret": "a secret", "authorize_scopes": "openid",
                    "oidc_issuer": *self.issuer.borrow(), "attributes_request_method": "GET",
                },
                "AttributeMapping": { "email": "email", "email_verified": "email_verified" },
            });
            let create = "CreateIdentityProvider";
            world.requests.ok(connection, create, provider).await?;
            let client = json!({
                "UserPoolId": pool.id, "ClientId": pool.client, "ClientName": "app",
                "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid"], "CallbackURLs": [CALLBACK],
                "SupportedIdentityProviders": ["Corp"],
            });
            let update = "UpdateUserPoolClient";
            world.requests.ok(connection, update, client).await?;
            Ok(pool)
        };
        self.federated.get_or_try_init(|| made).await
    }

    /// The same, once it has been made.
    ///
    /// # Errors
    /// If it has not.
    pub fn federated_pool(&self) -> Outcome<&Pool> {
        self.federated
            .get()
            .ok_or_else(|| "the pool is not made".into())
    }

    /// The app client of the pool whose functions answer at once.
    ///
    /// # Errors
    /// If the pool has not been made.
    pub fn quick_client(&self) -> Outcome<&str> {
        client(&self.quick)
    }

    /// The app client of the pool whose function is slow.
    ///
    /// # Errors
    /// If the pool has not been made.
    pub fn late_client(&self) -> Outcome<&str> {
        client(&self.late)
    }

    /// The app client of the pool without functions.
    ///
    /// # Errors
    /// If the pool has not been made.
    pub fn plain_client(&self) -> Outcome<&str> {
        client(&self.plain)
    }

    /// The app client of the pool with a choice of first factors.
    ///
    /// # Errors
    /// If the pool has not been made.
    pub fn choice_client(&self) -> Outcome<&str> {
        client(&self.choice)
    }

    /// Gives each user of the pool with a choice a passkey, once.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn register(&self, world: &World) -> Outcome<()> {
        let pool = self.choice(world).await?;
        if !self.holders.borrow().is_empty() {
            return Ok(());
        }
        let connection = &mut Connection::open(world.address(0)?).await?;
        let body = json!({ "UserPoolId": pool.id, "WebAuthnConfiguration": { "RelyingPartyId": "localhost" } });
        world
            .requests
            .ok(connection, "SetUserPoolMfaConfig", body)
            .await?;
        let mut holders = Vec::new();
        for number in 0..USERS {
            let body = json!({
                "ClientId": pool.client, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": people::username(number), "PASSWORD": PASSWORD },
            });
            let answer = world.requests.ok(connection, "InitiateAuth", body).await?;
            let token = text(&answer, "/AuthenticationResult/AccessToken")?;
            let body = json!({ "AccessToken": token });
            let start = world
                .requests
                .ok(connection, "StartWebAuthnRegistration", body)
                .await?;
            let options = start.get("CredentialCreationOptions").ok_or("no options")?;
            let authenticator = Authenticator::at(ORIGIN);
            let body = json!({ "AccessToken": token, "Credential": authenticator.create(options) });
            world
                .requests
                .ok(connection, "CompleteWebAuthnRegistration", body)
                .await?;
            let handle = BASE64_URL_SAFE_NO_PAD.decode(text(options, "/user/id")?)?;
            let handle = String::from_utf8(handle)?;
            holders.push(Rc::new(Holder {
                authenticator,
                handle,
            }));
        }
        *self.holders.borrow_mut() = holders;
        Ok(())
    }

    /// The holder of a ticket's passkey.
    ///
    /// # Errors
    /// If nobody has one.
    pub fn holder(&self, ticket: u64) -> Outcome<Rc<Holder>> {
        let at = (ticket % u64::from(USERS)) as usize;
        let found = self.holders.borrow().get(at).cloned();
        found.ok_or_else(|| "nobody has a passkey".into())
    }

    /// Begins a sign-in by a code for each ticket, and reads the codes from the inbox, 256 at a time: a user has one each.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn begin(&self, world: &Rc<World>, tickets: Range<u64>) -> Outcome<()> {
        let pool = self.choice(world).await?;
        let connection = &mut Connection::open(world.address(0)?).await?;
        for first in tickets.clone().step_by(USERS as usize) {
            let some = first..tickets.end.min(first + u64::from(USERS));
            let mut sessions = Vec::new();
            for ticket in some.clone() {
                let body = mail(&pool.client, &user(ticket));
                let answer = world.requests.ok(connection, "InitiateAuth", body).await?;
                sessions.push(text(&answer, "/Session")?);
            }
            world.read_codes(some.clone().map(user)).await?;
            let list = vec![Change::ClearInbox { pool: None }];
            world.store().apply(list).await?;
            for (ticket, session) in some.zip(sessions) {
                let code = world.code_for(&user(ticket))?;
                self.begun.borrow_mut().insert(ticket, (session, code));
            }
        }
        Ok(())
    }

    /// The session and the code of a ticket, once.
    ///
    /// # Errors
    /// If its sign-in was not begun.
    pub fn begun(&self, ticket: u64) -> Outcome<(String, String)> {
        let begun = self.begun.borrow_mut().remove(&ticket);
        begun.ok_or_else(|| "the sign-in has not begun".into())
    }
}

fn client(pool: &OnceCell<Pool>) -> Outcome<&str> {
    let pool = pool.get().ok_or("the pool is not made")?;
    Ok(&pool.client)
}

/// Begins a sign-in by a code by mail.
fn mail(client: &str, name: &str) -> Value {
    json!({
        "ClientId": client, "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP" },
    })
}

async fn make(world: &World, mut settings: Value) -> Outcome<Pool> {
    let connection = &mut Connection::open(world.address(0)?).await?;
    if let Some(settings) = settings.as_object_mut() {
        settings.insert("PoolName".to_owned(), "ways".into());
        settings.insert("AutoVerifiedAttributes".to_owned(), json!(["email"]));
    }
    let made = world
        .requests
        .ok(connection, "CreateUserPool", settings)
        .await?;
    let id = text(&made, "/UserPool/Id")?;
    let settings = json!({
        "UserPoolId": id, "ClientName": "app", "PreventUserExistenceErrors": "ENABLED", "AuthSessionValidity": 15,
        "ExplicitAuthFlows": [
            "ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
        ],
    });
    let made = world
        .requests
        .ok(connection, "CreateUserPoolClient", settings)
        .await?;
    let client = text(&made, "/UserPoolClient/ClientId")?;
    let store = world.store();
    let pool = store.pool(&PoolId::new(id.as_str())).await?;
    let members = Members {
        users: USERS,
        one_of: 1,
        list: 1_000,
    };
    let pool = pool.ok_or("the pool is not in the store")?;
    fill::fill(store, &pool, members).await?;
    Ok(Pool { id, client })
}
