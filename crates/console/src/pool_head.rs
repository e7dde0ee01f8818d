//! A pool as its pages show it.

use cabana_domain::PoolId;
use cabana_model::{DescribeUserPoolRequest, UserPoolType, op};

use crate::desk::Desk;
use crate::frame::{Frame, When, grouped};
use crate::halt::Halt;
use crate::librechat;

/// What the pages of a pool show of it.
pub struct PoolHead {
    pub pool: UserPoolType,
    pub id: String,
    pub name: String,
    pub arn: String,
    pub jwks_url: String,
    /// Issuer in the pool's tokens.
    pub issuer: String,
    /// Address of the pool's discovery document, under this server's public URL.
    pub discovery_url: String,
    /// The same over TLS, if the public URL is plain HTTP.
    pub secure_discovery_url: Option<String>,
    /// Estimated number of users.
    pub users: String,
}

impl PoolHead {
    /// Loads the head of a pool's page.
    ///
    /// # Errors
    /// If there is no such pool.
    pub async fn of(desk: &Desk, id: &str) -> Result<Self, Halt> {
        let pool = describe(desk, id).await?;
        let public_url = &desk.console.api.settings.public_url;
        let discovery_url = format!("{public_url}/{id}/.well-known/openid-configuration");
        let secure = librechat::https(&discovery_url);
        let users = u64::try_from(pool.estimated_number_of_users.unwrap_or_default());
        Ok(Self {
            id: id.to_owned(),
            name: pool.name.clone().unwrap_or_default(),
            arn: pool.arn.clone().unwrap_or_default(),
            jwks_url: format!("{public_url}/{id}/.well-known/jwks.json"),
            issuer: issuer(desk, id).await?,
            secure_discovery_url: Some(secure).filter(|secure| *secure != discovery_url),
            discovery_url,
            users: grouped(users.unwrap_or_default()),
            pool,
        })
    }

    /// Frame of a page of this pool.
    pub fn frame(&self, desk: &Desk, title: &str) -> Frame {
        let frame = desk.frame(title).below("User pools", "/console/pools");
        frame.below(self.name.as_str(), self.url(""))
    }

    /// Path below the pool's, such as `url("/users")`.
    pub fn url(&self, rest: &str) -> String {
        format!("/console/pools/{}{rest}", self.id)
    }

    pub fn created(&self) -> Option<When> {
        self.pool.creation_date.map(When::from)
    }

    pub fn modified(&self) -> Option<When> {
        self.pool.last_modified_date.map(When::from)
    }
}

/// Issuer in a pool's tokens.
///
/// # Errors
/// If there is no such pool.
pub async fn issuer(desk: &Desk, id: &str) -> Result<String, Halt> {
    let api = &desk.console.api;
    let pool = api.store.pool(&PoolId::new(id)).await?;
    let pool = pool.ok_or_else(|| Halt::not_found("There is no such user pool."))?;
    Ok(pool.issuer(&api.settings.public_url))
}

/// Calls DescribeUserPool.
///
/// # Errors
/// If there is no such pool.
pub async fn describe(desk: &Desk, id: &str) -> Result<UserPoolType, Halt> {
    let input = DescribeUserPoolRequest {
        user_pool_id: id.to_owned(),
    };
    let described = desk.call::<op::DescribeUserPool>(&input).await?;
    described
        .user_pool
        .ok_or_else(|| Halt::not_found("There is no such user pool."))
}
