//! The endpoints of the standard dialect.

use std::ops::Range;
use std::rc::Rc;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::json;
use tokio::sync::OnceCell;

use super::{Case, succeeded};
use crate::bench::people::PASSWORD;
use crate::bench::pools::make_pool;
use crate::bench::world::{CALLBACK, World};
use crate::common::Outcome;
use crate::common::api::text;
use crate::common::http::{Connection, Reply};

pub fn all() -> Vec<Rc<dyn Case>> {
    vec![Rc::new(Introspection::default()), Rc::new(Push::default())]
}

/// A pool in the dialect, with a confidential client.
struct Place {
    pool: String,
    client: String,
    secret: String,
}

impl Place {
    async fn make(world: &World, connection: &mut Connection) -> Outcome<Self> {
        let requests = &world.requests;
        let tags = json!({ "cabana:dialect": "standard" });
        let pool = make_pool(requests, connection, tags).await?;
        let settings = json!({
            "UserPoolId": pool, "ClientName": "app", "GenerateSecret": true,
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"], "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": [CALLBACK],
        });
        let create = "CreateUserPoolClient";
        let made = requests.ok(connection, create, settings).await?;
        Ok(Self {
            client: text(&made, "/UserPoolClient/ClientId")?,
            secret: text(&made, "/UserPoolClient/ClientSecret")?,
            pool,
        })
    }

    /// The access token of a user.
    async fn access_token(&self, world: &World, connection: &mut Connection) -> Outcome<String> {
        let requests = &world.requests;
        let name = "somebody";
        let user =
            json!({ "UserPoolId": self.pool, "Username": name, "MessageAction": "SUPPRESS" });
        requests.ok(connection, "AdminCreateUser", user).await?;
        let password = json!({
            "UserPoolId": self.pool, "Username": name, "Password": PASSWORD, "Permanent": true,
        });
        let set = "AdminSetUserPassword";
        requests.ok(connection, set, password).await?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        let hash = hmac::sign(&key, format!("{name}{}", self.client).as_bytes());
        let body = json!({
            "ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD,
                "SECRET_HASH": BASE64_STANDARD.encode(hash.as_ref()) },
        });
        let answer = requests.ok(connection, "InitiateAuth", body).await?;
        text(&answer, "/AuthenticationResult/AccessToken")
    }

    /// A form for an endpoint, as the client.
    fn form(&self, world: &World, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let own = [
            ("client_id", self.client.as_str()),
            ("client_secret", self.secret.as_str()),
        ];
        let path = format!("/{}{path}", self.pool);
        world.requests.form(&path, "", &[&own[..], fields].concat())
    }
}

/// A client asks whether a user's token is good.
#[derive(Default)]
struct Introspection {
    request: OnceCell<Vec<u8>>,
}

#[async_trait(?Send)]
impl Case for Introspection {
    fn name(&self) -> &str {
        "introspection"
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        let made = async {
            let connection = &mut Connection::open(world.address(0)?).await?;
            let place = Place::make(world, connection).await?;
            let token = place.access_token(world, connection).await?;
            Ok(place.form(world, "/oauth2/introspect", &[("token", &token)]))
        };
        self.request.get_or_try_init(|| made).await.map(drop)
    }

    fn request(&self, _: &World, _: u64) -> Outcome<Vec<u8>> {
        let made = self.request.get().cloned();
        made.ok_or_else(|| "nothing was prepared".into())
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        succeeded(reply)?;
        match reply.text().contains("\"active\":true") {
            true => Ok(None),
            false => Err("the token is not good".into()),
        }
    }
}

/// A client pushes a request.
#[derive(Default)]
struct Push {
    request: OnceCell<Vec<u8>>,
}

#[async_trait(?Send)]
impl Case for Push {
    fn name(&self) -> &str {
        "pushed request"
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        let made = async {
            let connection = &mut Connection::open(world.address(0)?).await?;
            let place = Place::make(world, connection).await?;
            let fields = [
                ("response_type", "code"),
                ("redirect_uri", CALLBACK),
                ("scope", "openid"),
                ("state", "a state of the app"),
                ("nonce", "n-0S6_WzA2Mj"),
            ];
            Ok(place.form(world, "/oauth2/par", &fields))
        };
        self.request.get_or_try_init(|| made).await.map(drop)
    }

    fn request(&self, _: &World, _: u64) -> Outcome<Vec<u8>> {
        let made = self.request.get().cloned();
        made.ok_or_else(|| "nothing was prepared".into())
    }

    fn answer(&self, _: &World, _: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        match reply.status {
            201 => Ok(None),
            status => Err(format!("{status} {}", reply.text()).into()),
        }
    }
}
