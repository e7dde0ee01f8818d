//! Who a person of a provider is in the pool: a user who is there, or one who is made now.

use std::collections::BTreeMap;

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::factor::MfaPreference;
use cabana_domain::group::Group;
use cabana_domain::guesses::FactorGuesses;
use cabana_domain::lockout::Lockout;
use cabana_domain::pool::Pool;
use cabana_domain::provider::{Identity, IdentityKey, IdentityProvider};
use cabana_domain::user::{User, UserSecrets};
use cabana_domain::{Sub, Time};
use cabana_model::UserStatusType;
use cabana_store::Change;

use super::answer::Person;
use super::{attributes, identities};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, federation};
use crate::logic::sign_in::{SignedIn, federated};
use crate::logic::triggers::{pre_authentication, pre_sign_up};
use crate::logic::users::{self, aliases, sign_up_domains};

/// Most characters of a user name.
const LONGEST_NAME: usize = 128;

/// The result of a sign-in: not written yet.
pub struct Arrived {
    pub signed_in: SignedIn,
    /// Whether the user was made now: PostConfirmation is due once they are stored.
    pub is_new: bool,
}

/// Signs a person in.
///
/// # Errors
/// What the pool refuses: an attribute, a function's decision, a disabled account.
pub async fn sign_in(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    provider: &IdentityProvider,
    person: &Person,
) -> Result<Arrived, Fault> {
    cx.set_app(&client.id);
    let mapped = attributes::mapped(provider, person);
    if let Some(found) = find(cx, pool, provider, person, &mapped).await? {
        return known(cx, client, pool, provider, person, found, &mapped).await;
    }
    let user = build(cx, client, pool, provider, person, &mapped).await?;
    pre_sign_up::federated(cx, pool, &user).await?;
    // The function may have linked the person to a user of its choice.
    if pre_sign_up::is_called(pool)
        && let Some(found) = find(cx, pool, provider, person, &mapped).await?
    {
        return known(cx, client, pool, provider, person, found, &mapped).await;
    }
    new(cx, client, pool, provider, person, user).await
}

/// A user to whom a person is known.
struct Found {
    user: User,
    /// The attribute that has led to them, if the provider's name for the person has not.
    by: Option<IdentityKey>,
}

/// The user to whom the person is known: by the provider's name for them, or by an attribute that a link names.
async fn find(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    person: &Person,
    mapped: &BTreeMap<String, String>,
) -> Result<Option<Found>, Fault> {
    let subject = IdentityKey::subject(&provider.name, &person.subject);
    if let Some(user) = cx.store().user_by_identity(&pool.id, &subject).await? {
        return Ok(Some(Found { user, by: None }));
    }
    // Read anew: a function may have made the first link by this attribute just now.
    let provider = super::find(cx, pool, &provider.name).await?;
    for attribute in &provider.settings.linked_by {
        let value = mapped.get(attribute).filter(|it| !it.is_empty());
        let Some(value) = value.filter(|_| !attributes::is_disowned(person, mapped, attribute))
        else {
            continue;
        };
        let key = IdentityKey {
            provider: provider.name.clone(),
            attribute: attribute.clone(),
            value: value.clone(),
        };
        if let Some(user) = cx.store().user_by_identity(&pool.id, &key).await? {
            let by = Some(key);
            return Ok(Some(Found { user, by }));
        }
    }
    Ok(None)
}

/// Makes a link by an attribute one of the person, at the first sign-in: the same value leads nobody else to the user.
fn settle(
    cx: &Cx<'_>,
    user: &mut User,
    by: IdentityKey,
    subject: &str,
) -> Result<[Change; 2], Fault> {
    let mut entries = identities::of(user);
    let is_its = |it: &&mut identities::Entry| {
        !it.primary && it.provider_name == by.provider && it.user_id == by.value
    };
    if let Some(entry) = entries.iter_mut().find(is_its) {
        subject.clone_into(&mut entry.user_id);
    }
    identities::set(user, &entries)?;
    let (pool, sub) = (user.pool.clone(), user.sub.clone());
    let own = Identity {
        pool: pool.clone(),
        key: IdentityKey::subject(&by.provider, subject),
        sub: sub.clone(),
        created: cx.now(),
    };
    Ok([
        Change::DeleteIdentity { pool, sub, key: by },
        Change::InsertIdentity(Box::new(own)),
    ])
}

async fn known(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    provider: &IdentityProvider,
    person: &Person,
    Found { user, by }: Found,
    mapped: &BTreeMap<String, String>,
) -> Result<Arrived, Fault> {
    pre_authentication::run(cx, client, pool, &user.username, Some(&user)).await?;
    let (mut after, mut changes) = (user.clone(), Vec::new());
    // A disabled user is refused by the sign-in itself, and stays as they are.
    if user.enabled {
        attributes::write(pool, client, &mut after, mapped)?;
        if let Some(by) = by {
            changes.extend(settle(cx, &mut after, by, &person.subject)?);
        }
    }
    if after.attributes != user.attributes {
        after.modified = cx.now();
    }
    if after.login_names(pool) != user.login_names(pool) {
        let taken = faults::name_taken_at_creation;
        changes.extend(aliases::claim(cx, pool, &after, false, taken).await?);
    }
    let both = (&user, after);
    let signed_in = federated::known(cx, client, pool, both, &provider.name, changes).await?;
    Ok(Arrived {
        signed_in,
        is_new: false,
    })
}

/// The user who would be made.
async fn build(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    provider: &IdentityProvider,
    person: &Person,
    mapped: &BTreeMap<String, String>,
) -> Result<User, Fault> {
    let name = pool.login_key(&format!("{}_{}", provider.name, person.subject));
    if name.chars().count() > LONGEST_NAME {
        return Err(federation::federated_name_too_long());
    }
    // The same in every run of the request: functions have seen it.
    let sub = cx.once(&[b"sub of a new user"], async { cx.uuid() });
    let mut user = User {
        pool: pool.id.clone(),
        sub: Sub::new(sub.await?),
        version: 0,
        username: name,
        status: UserStatusType::ExternalProvider,
        enabled: true,
        attributes: BTreeMap::new(),
        pending: BTreeMap::new(),
        mfa: MfaPreference::default(),
        lockout: Lockout::default(),
        factor_guesses: FactorGuesses::default(),
        secrets: UserSecrets::default(),
        temporary_password_expires: None,
        tokens_not_before: Time::default(),
        created: cx.now(),
        modified: cx.now(),
    };
    attributes::write(pool, client, &mut user, mapped)?;
    attributes::demand_required(pool, &user)?;
    sign_up_domains::permit_federated(pool, &user)?;
    let entry = identities::Entry::new(provider, &person.subject, true, cx.now());
    identities::set(&mut user, &[entry])?;
    Ok(user)
}

async fn new(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    provider: &IdentityProvider,
    person: &Person,
    user: User,
) -> Result<Arrived, Fault> {
    // Somebody has the name without being this person: nobody becomes them by it.
    if users::find(cx, pool, &user.username).await?.is_some() {
        return Err(federation::federated_name_taken(&user.username));
    }
    let mut changes = users::create::insert(cx, pool, &user);
    changes.push(Change::InsertIdentity(Box::new(Identity {
        pool: pool.id.clone(),
        key: IdentityKey::subject(&provider.name, &person.subject),
        sub: user.sub.clone(),
        created: cx.now(),
    })));
    changes.extend(membership(cx, pool, provider, &user).await?);
    let event = cx.event(&user, EventKind::SignUp).in_app(&client.id);
    changes.push(event.at_provider(&provider.name).into());
    let signed_in = federated::new(cx, client, pool, user, &provider.name, changes)?;
    Ok(Arrived {
        signed_in,
        is_new: true,
    })
}

/// The group of everybody who comes from a provider.
async fn membership(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    user: &User,
) -> Result<Vec<Change>, Fault> {
    let name = format!("{}_{}", pool.id, provider.name);
    let mut changes = Vec::new();
    if cx.store().group(&pool.id, &name).await?.is_none() {
        let description = format!(
            "Autogenerated group for users who sign in using {}",
            provider.name
        );
        changes.push(Change::InsertGroup(Group {
            pool: pool.id.clone(),
            name: name.clone(),
            version: 1,
            description: Some(description),
            role_arn: None,
            precedence: None,
            created: cx.now(),
            modified: cx.now(),
        }));
    }
    changes.push(Change::AddMember {
        pool: pool.id.clone(),
        group: name,
        sub: user.sub.clone(),
        at: cx.now(),
    });
    Ok(changes)
}
