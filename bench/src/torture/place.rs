//! The target of the load: a pool with its clients, and the nodes that serve it.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::common::Outcome;
use crate::common::api::{Requests, text};
use crate::common::http::Connection;
use crate::common::server::Setup;

pub const CALLBACK: &str = "http://localhost:3000/callback";
pub const GROUP: &str = "staff";

pub struct Place {
    /// The nodes; a connection goes to one of them.
    pub nodes: Vec<SocketAddr>,
    pub requests: Requests,
    pub pool: String,
    /// A client whose refresh tokens do not rotate, with the sign-in pages.
    pub client: String,
    /// A client whose refresh tokens are single use.
    pub rotating: String,
}

impl Place {
    /// Creates the pool, through a running server.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn make(setup: &Setup) -> Outcome<Self> {
        Self::make_with(setup, json!({})).await
    }

    /// As [`Place::make`], with tags on the pool.
    ///
    /// # Errors
    /// As [`Place::make`].
    pub async fn make_with(setup: &Setup, tags: Value) -> Outcome<Self> {
        let requests = setup.requests();
        let connection = &mut Connection::open(setup.address()).await?;
        let settings = json!({
            "PoolName": "torture", "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
            "UserPoolTags": tags,
        });
        let made = requests.ok(connection, "CreateUserPool", settings).await?;
        let pool = text(&made, "/UserPool/Id")?;
        let group = json!({ "UserPoolId": pool, "GroupName": GROUP });
        requests.ok(connection, "CreateGroup", group).await?;
        let client = json!({
            "UserPoolId": pool, "ClientName": "app",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "PreventUserExistenceErrors": "ENABLED",
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"],
            "SupportedIdentityProviders": ["COGNITO"], "CallbackURLs": [CALLBACK],
        });
        let rotating = json!({
            "UserPoolId": pool, "ClientName": "rotating",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 },
        });
        let client = make_client(&requests, connection, client).await?;
        let rotating = make_client(&requests, connection, rotating).await?;
        Ok(Self {
            nodes: vec![setup.address()],
            requests,
            pool,
            client,
            rotating,
        })
    }

    /// A connection to one of the nodes, by number.
    ///
    /// # Errors
    /// If the port is closed.
    pub async fn connect(&self, number: usize) -> Outcome<Connection> {
        let node = self.nodes.get(number % self.nodes.len().max(1));
        Connection::open(*node.ok_or("there is no node")?).await
    }
}

async fn make_client(
    requests: &Requests,
    connection: &mut Connection,
    settings: Value,
) -> Outcome<String> {
    let made = requests
        .ok(connection, "CreateUserPoolClient", settings)
        .await?;
    text(&made, "/UserPoolClient/ClientId")
}

/// The password of this number.
pub fn password(number: u32) -> String {
    format!("Corr3ct-Horse-{number}!")
}
