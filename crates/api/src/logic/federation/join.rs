//! Joining by address, in pools that want it (`cabana:link-by-email`): a person whom a provider knows by an address that
//! a user of the pool has verified proves once to be that user, and is linked to them then.

use std::collections::BTreeMap;

use cabana_domain::client::Client;
use cabana_domain::filter::{MatchOp, SearchField, UserFilter};
use cabana_domain::pool::Pool;
use cabana_domain::provider::SUBJECT;
use cabana_domain::user::{User, UserSummary};
use cabana_model::{ProviderUserIdentifierType, VerifiedAttributeType};
use cabana_store::Page;

use super::COGNITO;
use super::link::POOL;
use crate::cx::Cx;
use crate::fault::Fault;

/// Users who are looked at in one query, and queries: anybody can sign up with the address, and verify nothing.
const PAGE: u32 = 100;
const PAGES: usize = 10;

/// A user whom a person of a provider has to prove to be.
#[derive(Clone, Debug)]
pub struct Owner {
    pub user: User,
    /// The provider, and its name for the person.
    pub provider: String,
    pub subject: String,
}

/// The one user who has verified the address that a provider vouches for. Only where the app lets users of the pool sign
/// in by themselves: they could not prove anything otherwise.
///
/// # Errors
/// A failure of the store.
pub async fn owner(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    mapped: &BTreeMap<String, String>,
) -> Result<Option<User>, Fault> {
    let names = client
        .settings
        .supported_identity_providers
        .iter()
        .flatten();
    let is_open = names.map(String::as_str).any(|it| it == COGNITO);
    let vouched = mapped.get("email_verified").map(String::as_str) == Some("true");
    let address = mapped.get("email").filter(|it| !it.is_empty());
    let Some(address) = address.filter(|_| pool.links_by_email() && is_open && vouched) else {
        return Ok(None);
    };
    let filter = UserFilter {
        field: SearchField::Email,
        op: MatchOp::Equal,
        value: address.clone(),
    };
    let mut page = Page {
        limit: PAGE,
        after: None,
    };
    let mut owner: Option<UserSummary> = None;
    for _ in 0..PAGES {
        let found = cx.store().users(&pool.id, Some(&filter), page).await?;
        for user in found.items {
            // Of several who have verified it, nobody is chosen.
            if user.has_verified(VerifiedAttributeType::Email) && owner.replace(user).is_some() {
                return Ok(None);
            }
        }
        let Some(next) = found.next else {
            return match owner {
                Some(owner) => Ok(cx.store().user(&pool.id, &owner.sub).await?),
                None => Ok(None),
            };
        };
        page = Page {
            limit: PAGE,
            after: Some(next),
        };
    }
    Ok(None)
}

/// Links a person of a provider to a user who has just proven to be themselves.
///
/// # Errors
/// As for [`super::link`].
pub async fn join(
    cx: &Cx<'_>,
    pool: &Pool,
    username: &str,
    provider: &str,
    subject: &str,
) -> Result<(), Fault> {
    let of = |provider: &str, attribute: Option<&str>, value: &str| ProviderUserIdentifierType {
        provider_name: Some(provider.to_owned()),
        provider_attribute_name: attribute.map(str::to_owned),
        provider_attribute_value: Some(value.to_owned()),
    };
    let destination = of(POOL, None, username);
    super::link(cx, pool, destination, of(provider, Some(SUBJECT), subject)).await
}
