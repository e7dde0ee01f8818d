//! Identities that an administrator links to a user, and links that end.

use cabana_domain::event::EventKind;
use cabana_domain::pool::Pool;
use cabana_domain::provider::{Identity, IdentityKey, IdentityProvider, SUBJECT};
use cabana_domain::user::{Password, User};
use cabana_model::{IdentityProviderTypeType as Kind, ProviderUserIdentifierType};
use cabana_store::Change;

use super::identities;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, federation};
use crate::logic::users::{self, aliases};

/// The name of the pool itself where a provider is named.
pub(super) const POOL: &str = "Cognito";
/// Most identities of a user that are linked.
const LINKS: usize = 5;
/// Most attributes by which the users of a provider are linked.
const ATTRIBUTES: usize = 5;

fn is_pool(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.eq_ignore_ascii_case(POOL))
}

/// Links a person of a provider, who has not signed in yet, to a user.
///
/// # Errors
/// If there is no such user or provider; if the person is a user already; if there are too many links.
pub async fn link(
    cx: &Cx<'_>,
    pool: &Pool,
    destination: ProviderUserIdentifierType,
    source: ProviderUserIdentifierType,
) -> Result<(), Fault> {
    if is_pool(source.provider_name.as_deref()) {
        return Err(federation::source_is_local());
    }
    let name = source.provider_name.as_deref();
    let name = name.ok_or_else(|| faults::missing_parameter("SourceUser.ProviderName"))?;
    let provider = super::find(cx, pool, name).await?;
    let key = key(&provider, &source)?;
    let before = target(cx, pool, &destination).await?;
    if let Some(holder) = cx.store().user_by_identity(&pool.id, &key).await? {
        return Err(refusal(&holder, &before, &key));
    }
    let mut entries = identities::of(&before);
    if entries.iter().filter(|it| !it.primary).count() >= LINKS {
        return Err(federation::too_many_identities(LINKS));
    }
    entries.push(identities::Entry::new(
        &provider,
        &key.value,
        false,
        cx.now(),
    ));
    let mut after = before.clone();
    after.modified = cx.now();
    identities::set(&mut after, &entries)?;
    let identity = Identity {
        pool: pool.id.clone(),
        key: key.clone(),
        sub: after.sub.clone(),
        created: cx.now(),
    };
    let event = cx.event(&after, EventKind::LinkIdentity);
    let mut changes = vec![
        users::update(pool, &before, after),
        Change::InsertIdentity(Box::new(identity)),
        event.at_provider(&provider.name).into(),
    ];
    changes.extend(noted(&provider, &key.attribute)?);
    cx.commit(changes).await
}

/// The reason why a person cannot be linked who leads to a user already.
fn refusal(holder: &User, destination: &User, key: &IdentityKey) -> Fault {
    let entries = identities::of(holder);
    let own = entries
        .iter()
        .any(|it| it.primary && it.provider_name == key.provider && it.user_id == key.value);
    match (own, holder.sub == destination.sub) {
        (true, _) => federation::source_has_signed_up(),
        (false, true) => federation::source_is_local(),
        (false, false) => federation::source_is_linked(),
    }
}

/// The change that makes sign-ins look for the attribute, if it is the first link by it.
fn noted(provider: &IdentityProvider, attribute: &str) -> Result<Option<Change>, Fault> {
    let known = &provider.settings.linked_by;
    if attribute == SUBJECT || known.contains(attribute) {
        return Ok(None);
    }
    if known.len() >= ATTRIBUTES {
        return Err(federation::too_many_link_attributes(ATTRIBUTES));
    }
    let mut provider = provider.clone();
    provider.settings.linked_by.insert(attribute.to_owned());
    Ok(Some(Change::UpdateIdentityProvider(Box::new(provider))))
}

fn value(who: &ProviderUserIdentifierType) -> Result<&str, Fault> {
    let value = who.provider_attribute_value.as_deref();
    let value = value.filter(|it| !it.is_empty());
    value.ok_or_else(|| faults::missing_parameter("ProviderAttributeValue"))
}

/// The key that names a person: by the subject, or by an attribute that the provider's claims are mapped to.
fn key(
    provider: &IdentityProvider,
    who: &ProviderUserIdentifierType,
) -> Result<IdentityKey, Fault> {
    let value = value(who)?;
    let attribute = who.provider_attribute_name.as_deref();
    let attribute = attribute.filter(|it| !it.is_empty()).unwrap_or(SUBJECT);
    let by_attribute = matches!(provider.kind, Kind::Oidc | Kind::Saml)
        && attribute != super::mapping::USERNAME
        && provider.settings.attribute_mapping.contains_key(attribute);
    match attribute == SUBJECT || by_attribute {
        true => Ok(IdentityKey {
            provider: provider.name.clone(),
            attribute: attribute.to_owned(),
            value: value.to_owned(),
        }),
        false => Err(federation::bad_link_attribute(attribute)),
    }
}

/// The user to whom a person is linked, by user name; a federated one also by the provider's name for them.
async fn target(cx: &Cx<'_>, pool: &Pool, who: &ProviderUserIdentifierType) -> Result<User, Fault> {
    let value = value(who)?;
    let provider = who.provider_name.as_deref();
    if let Some(provider) = provider.filter(|name| !is_pool(Some(name))) {
        let key = IdentityKey::subject(provider, value);
        if let Some(user) = cx.store().user_by_identity(&pool.id, &key).await? {
            return Ok(user);
        }
        // By user name as well, but never a local user who has chosen it.
        let user = users::get(cx, pool, value).await?;
        return match identities::comes_by(&user, provider) {
            true => Ok(user),
            false => Err(faults::no_such_user()),
        };
    }
    users::get(cx, pool, value).await
}

/// Ends a way to sign in: a link, a profile's own provider, or the password of a local user.
///
/// # Errors
/// UserNotFoundException; AliasExistsException if the user, who is one of the pool's own then, would get an alias that
/// another has.
pub async fn unlink(
    cx: &Cx<'_>,
    pool: &Pool,
    who: ProviderUserIdentifierType,
) -> Result<(), Fault> {
    if is_pool(who.provider_name.as_deref()) {
        return without_password(cx, pool, &who).await;
    }
    let name = who.provider_name.as_deref();
    let name = name.ok_or_else(|| faults::missing_parameter("User.ProviderName"))?;
    let provider = super::find(cx, pool, name).await?;
    let key = key(&provider, &who)?;
    let found = cx.store().user_by_identity(&pool.id, &key).await?;
    let before = found.ok_or_else(faults::no_such_user)?;
    let mut entries = identities::of(&before);
    entries.retain(|it| it.provider_name != key.provider || it.user_id != key.value);
    let mut after = before.clone();
    after.modified = cx.now();
    identities::set(&mut after, &entries)?;
    aliases::claim(cx, pool, &after, false, faults::alias_taken).await?;
    let event = cx.event(&after, EventKind::UnlinkIdentity);
    let (pool_id, sub) = (pool.id.clone(), after.sub.clone());
    cx.commit([
        users::update(pool, &before, after),
        Change::DeleteIdentity {
            pool: pool_id,
            sub,
            key,
        },
        event.at_provider(&provider.name).into(),
    ])
    .await
}

async fn without_password(
    cx: &Cx<'_>,
    pool: &Pool,
    who: &ProviderUserIdentifierType,
) -> Result<(), Fault> {
    let before = target(cx, pool, who).await?;
    let mut after = before.clone();
    after.secrets.password = Password::None;
    after.temporary_password_expires = None;
    after.modified = cx.now();
    let event = cx.event(&after, EventKind::AdminSetPassword);
    cx.commit([users::update(pool, &before, after), event.into()])
        .await
}
