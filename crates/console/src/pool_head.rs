//! The head of every page of a pool: its overview card and the tabs.

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_domain::PoolId;
use cabana_model::{DescribeUserPoolRequest, UserPoolType, op};

use crate::desk::Desk;
use crate::frame::{Copy, Frame, When, grouped};
use crate::halt::Halt;
use crate::librechat;

/// The tabs of a pool, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The pool's first page, which has no tab.
    Overview,
    Users,
    Groups,
    Events,
    SignIn,
    SignUp,
    Messaging,
    Integration,
    Properties,
}

const TABS: [(Tab, &str, &str); 8] = [
    (Tab::Users, "users", "Users"),
    (Tab::Groups, "groups", "Groups"),
    (Tab::Events, "events", "Events"),
    (Tab::SignIn, "sign-in", "Sign-in experience"),
    (Tab::SignUp, "sign-up", "Sign-up experience"),
    (Tab::Messaging, "messaging", "Messaging"),
    (Tab::Integration, "integration", "App integration"),
    (Tab::Properties, "properties", "User pool properties"),
];

/// Overview card and tabs of a pool.
#[derive(Template)]
#[template(path = "parts/pool_head.html")]
pub struct PoolHead {
    pub pool: UserPoolType,
    pub id: String,
    pub name: String,
    arn: String,
    jwks_url: String,
    /// Issuer in the pool's tokens.
    pub issuer: String,
    /// Address of the pool's discovery document, under this server's public URL.
    pub discovery_url: String,
    /// The same over TLS, if the public URL is plain HTTP.
    secure_discovery_url: Option<String>,
    users: String,
    tab: Tab,
    may_change: bool,
}

impl HtmlSafe for PoolHead {}

impl PoolHead {
    /// Loads the head of a pool's page.
    ///
    /// # Errors
    /// If there is no such pool.
    pub async fn of(desk: &Desk, id: &str, tab: Tab) -> Result<Self, Halt> {
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
            tab,
            may_change: !desk.operator.read_only,
            pool,
        })
    }

    /// Frame of a page of this pool.
    pub fn frame(&self, desk: &Desk, title: &str) -> Frame {
        let frame = desk.frame(title).below("User pools", "/console/pools");
        match self.tab {
            Tab::Overview => frame,
            _ => frame.below(self.name.as_str(), self.url("")),
        }
    }

    /// Path below the pool's, such as `url("/users")`.
    pub fn url(&self, rest: &str) -> String {
        format!("/console/pools/{}{rest}", self.id)
    }

    fn tabs(&self) -> Vec<(String, &'static str, bool)> {
        TABS.into_iter()
            .map(|(tab, path, name)| (self.url(&format!("/{path}")), name, tab == self.tab))
            .collect()
    }

    fn copy<'a>(&self, value: &'a str, what: &'a str) -> Copy<'a> {
        Copy { value, what }
    }

    fn created(&self) -> Option<When> {
        self.pool.creation_date.map(When::from)
    }

    fn modified(&self) -> Option<When> {
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
