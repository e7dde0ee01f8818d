//! Passkeys: the relying party of a pool, and the registrations that have begun.

pub mod registration;

use cabana_domain::PoolId;
use cabana_domain::event::EventKind;
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::webauthn;
use cabana_model::{
    AuthFactorType, UserVerificationType, WebAuthnCredentialDescription, WebAuthnMfaSettingsType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::domains;

/// Requires that the pool signs people in with passkeys.
///
/// # Errors
/// WebAuthnNotEnabledException.
pub fn demand_enabled(pool: &Pool) -> Result<(), Fault> {
    match are_enabled(pool) {
        true => Ok(()),
        false => Err(faults::passkeys::passkeys_not_enabled()),
    }
}

/// Whether the pool signs people in with passkeys.
pub fn are_enabled(pool: &Pool) -> bool {
    pool.allows_first_factor(AuthFactorType::WebAuthn)
}

/// The ID of the pool's relying party: the one it sets, else its custom domain, else its prefix domain, else the
/// server's own host. `None` if that is an IP address. At most one query.
///
/// # Errors
/// The failure of the store.
pub async fn relying_party(cx: &Cx<'_>, pool: &Pool) -> Result<Option<String>, Fault> {
    let settings = pool.mfa.web_authn.as_ref();
    if let Some(id) = settings.and_then(|it| it.relying_party_id.clone()) {
        return Ok(Some(id));
    }
    default_relying_party(cx, &pool.id).await
}

/// The ID of the relying party of a pool that sets none.
///
/// # Errors
/// The failure of the store.
pub async fn default_relying_party(cx: &Cx<'_>, pool: &PoolId) -> Result<Option<String>, Fault> {
    let of_pool = cx.store().domains_of(pool).await?;
    let custom = of_pool.iter().find(|it| it.is_custom());
    let found = match custom.or(of_pool.first()) {
        Some(domain) => domains::host(&cx.api.settings, domain),
        None => domains::public_host(&cx.api.settings),
    };
    Ok(found.filter(|it| webauthn::is_relying_party(it)))
}

/// The pool's relying party, if its passkeys can be used where this request comes from.
///
/// # Errors
/// The failure of the store.
pub async fn relying_party_here(cx: &Cx<'_>, pool: &Pool) -> Result<Option<String>, Fault> {
    let id = relying_party(cx, pool).await?;
    Ok(id.filter(|id| is_here(cx, id)))
}

/// Whether the passkeys of a relying party can be used where this request comes from: at an app, which knows its own
/// host, or a page of ours on one of the relying party's.
pub fn is_here(cx: &Cx<'_>, relying_party: &str) -> bool {
    let host = cx.request.page_host.as_deref();
    host.is_none_or(|it| webauthn::is_inside(it, relying_party))
}

/// The name under which authenticators list the user's passkeys: one that the person knows.
pub fn known_as<'u>(pool: &Pool, user: &'u User) -> &'u str {
    let address = || user.attribute("email").or(user.attribute("phone_number"));
    let address = pool.has_username_attributes().then(address).flatten();
    address.unwrap_or(&user.username)
}

/// The passkeys that a user may sign in with: those of the pool's present relying party, if people sign in to it with
/// passkeys. At most two queries.
///
/// # Errors
/// The failure of the store.
pub async fn usable(cx: &Cx<'_>, pool: &Pool, user: &User) -> Result<Vec<Passkey>, Fault> {
    let own = match are_enabled(pool) {
        true => cx.store().passkeys(&pool.id, &user.sub).await?,
        false => Vec::new(),
    };
    usable_of(cx, pool, own).await
}

/// The same of all passkeys of a user. At most one query.
///
/// # Errors
/// The failure of the store.
pub async fn usable_of(
    cx: &Cx<'_>,
    pool: &Pool,
    mut passkeys: Vec<Passkey>,
) -> Result<Vec<Passkey>, Fault> {
    if !are_enabled(pool) {
        passkeys.clear();
    }
    if !passkeys.is_empty() {
        let relying_party = relying_party(cx, pool).await?;
        passkeys.retain(|it| Some(&it.detail.relying_party) == relying_party.as_ref());
    }
    Ok(passkeys)
}

/// Whether a passkey is the user's second factor, too.
pub fn is_second(pool: &Pool, user: &User) -> bool {
    user.mfa.passkey && pool.takes_passkeys_as_mfa()
}

/// Makes passkeys the user's second factor, or no longer.
///
/// # Errors
/// InvalidParameterException if the pool takes them as one factor, or the user has none.
pub async fn set_second(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &mut User,
    wanted: Option<&WebAuthnMfaSettingsType>,
) -> Result<(), Fault> {
    let Some(wanted) = wanted else { return Ok(()) };
    user.end_recovery_codes();
    user.mfa.passkey = wanted.enabled == Some(true);
    user.end_recovery_codes();
    if !user.mfa.passkey {
        return Ok(());
    }
    if !pool.takes_passkeys_as_mfa() {
        return Err(faults::passkeys::passkey_is_one_factor());
    }
    match usable(cx, pool, user).await?.is_empty() {
        true => Err(faults::passkeys::no_passkey_for_mfa()),
        false => Ok(()),
    }
}

/// Whether the user's authenticators must verify them: always if passkeys are their second factor too.
pub fn demands_verification(pool: &Pool, user: &User) -> bool {
    pool.demands_user_verification() || is_second(pool, user)
}

/// The word in a ceremony's options.
pub fn verification_word(required: bool) -> &'static str {
    match required {
        true => UserVerificationType::Required.as_str(),
        false => UserVerificationType::Preferred.as_str(),
    }
}

/// A passkey's place in the list of its user.
pub fn place(passkey: &Passkey) -> String {
    let (created, id) = (passkey.created.micros(), hex::encode(&passkey.id));
    format!("{created:020} {id}")
}

/// A passkey as ListWebAuthnCredentials shows it.
pub fn described(passkey: Passkey) -> WebAuthnCredentialDescription {
    WebAuthnCredentialDescription {
        credential_id: passkey.credential_id(),
        authenticator_attachment: passkey.detail.attachment,
        authenticator_transports: passkey.detail.transports,
        created_at: passkey.created.into(),
        friendly_credential_name: passkey.detail.name,
        relying_party_id: passkey.detail.relying_party,
    }
}

/// The changes that delete a passkey of a user. With the last one, passkeys are no longer their second factor.
///
/// # Errors
/// ResourceNotFoundException if the user has no such passkey.
pub async fn deletion(cx: &Cx<'_>, mut user: User, id: &str) -> Result<Vec<Change>, Fault> {
    let passkeys = cx.store().passkeys(&user.pool, &user.sub).await?;
    let found = passkeys.iter().find(|it| it.credential_id() == id);
    let found = found.ok_or_else(faults::passkeys::no_such_passkey)?;
    let event = cx.emit(&user, EventKind::DeletePasskey);
    let mut changes = vec![
        Change::DeletePasskey {
            pool: user.pool.clone(),
            sub: user.sub.clone(),
            id: found.id.clone(),
        },
        event,
    ];
    if user.mfa.passkey {
        // Written even if passkeys stay: of two deletions at once, the later sees that it deletes the last one.
        user.mfa.passkey = passkeys.len() > 1;
        user.end_recovery_codes();
        let user = Box::new(user);
        changes.push(Change::UpdateUser { user, names: None });
    }
    Ok(changes)
}
