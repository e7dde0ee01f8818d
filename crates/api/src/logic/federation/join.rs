//! Joining by address, in pools that want it (`cabana:link-by-email`): a person whom a provider knows by an address that
//! a user of the pool has verified proves once to be that user, and is linked to them then.

use std::collections::BTreeMap;

use cabana_domain::client::Client;
use cabana_domain::filter::{MatchOp, SearchField, UserFilter};
use cabana_domain::pool::Pool;
use cabana_domain::provider::SUBJECT;
use cabana_domain::user::User;
use cabana_model::{ProviderUserIdentifierType, VerifiedAttributeType};
use cabana_store::Page;

use super::COGNITO;
use crate::cx::Cx;
use crate::fault::Fault;

/// Users with the address that are looked at: of several who have verified it, nobody is chosen.
const MOST: u32 = 10;

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
    let page = Page {
        limit: MOST,
        after: None,
    };
    let found = cx.store().users(&pool.id, Some(&filter), page).await?.items;
    let mut owners = Vec::new();
    for summary in found {
        let user = cx.store().user(&pool.id, &summary.sub).await?;
        owners.extend(user.filter(|it| it.has_verified(VerifiedAttributeType::Email)));
    }
    match owners.len() {
        1 => Ok(owners.pop()),
        _ => Ok(None),
    }
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
    let destination = of("Cognito", None, username);
    super::link(cx, pool, destination, of(provider, Some(SUBJECT), subject)).await
}
