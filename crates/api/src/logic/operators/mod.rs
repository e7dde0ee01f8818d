//! The operators of this server: users of a pool of their own, who work with the console.

pub mod access_keys;
pub mod factor;
pub mod messages;
pub mod passkeys;
mod pool;
pub mod power;
mod setup;

use cabana_domain::flow::{Authentication, Methods};
use cabana_domain::pool::{OPERATORS_CLIENT, OPERATORS_POOL};
use cabana_domain::tokens::TokenSource;
use cabana_domain::user::User;
use cabana_domain::{PoolId, Sub};
use cabana_store::{Change, Page, StoreError};

use crate::Api;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::{self, Grant, Tokens};

pub use pool::ensure;
pub use setup::{new_setup_token, redeem_setup_token, setup_refused, setup_token};

/// Group of the administrators.
pub const ADMINISTRATORS: &str = "administrators";
/// Group of the read-only operators.
pub const READ_ONLY: &str = "read-only";

/// Permissions of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Administrator,
    ReadOnly,
}

/// Whether there is an operator in this group.
///
/// # Errors
/// A failure of the store.
pub async fn has_member(api: &Api, group: &str) -> Result<bool, StoreError> {
    let page = Page {
        limit: 1,
        after: None,
    };
    let pool = PoolId::new(OPERATORS_POOL);
    let members = api.store.members(&pool, group, page).await?;
    Ok(!members.items.is_empty())
}

/// The current role of a user of the operators' pool; `None` if they are in neither group, disabled, or deleted.
///
/// # Errors
/// A failure of the store.
pub async fn role(cx: &Cx<'_>, sub: &Sub) -> Result<Option<Role>, Fault> {
    let pool = PoolId::new(OPERATORS_POOL);
    let user = cx.store().user(&pool, sub).await?;
    if !user.is_some_and(|user| user.enabled) {
        return Ok(None);
    }
    let groups = cx.store().groups_of(&pool, sub).await?;
    let is_in = |name: &str| groups.iter().any(|group| group.name == name);
    Ok(if is_in(ADMINISTRATORS) {
        Some(Role::Administrator)
    } else if is_in(READ_ONLY) {
        Some(Role::ReadOnly)
    } else {
        None
    })
}

/// Issues tokens of the console to an operator who was authenticated elsewhere than on the hosted pages. Returns them
/// with the change that makes them valid.
///
/// # Errors
/// If the operators' pool is incomplete, or its keys cannot be used.
pub async fn issue(cx: &Cx<'_>, user: &User, methods: Methods) -> Result<(Tokens, Change), Fault> {
    let (client, pool) = cx.client(OPERATORS_CLIENT).await?;
    let authentication = Authentication {
        at: cx.now(),
        methods,
        device: None,
        provider: None,
        app: None,
        vouched: None,
    };
    let grant = Grant {
        source: TokenSource::OAuth,
        ..Grant::api(authentication)
    };
    let (issued, family) = tokens::issue(cx, &pool, &client, user, grant).await?;
    Ok((issued, Change::InsertFamily(family)))
}
