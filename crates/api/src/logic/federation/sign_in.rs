//! Who a person of a provider is in the pool: a user who is there, or one who is made now.

use std::collections::BTreeMap;

use cabana_domain::Sub;
use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::flow::Vouched;
use cabana_domain::group::Group;
use cabana_domain::pool::Pool;
use cabana_domain::provider::{Identity, IdentityKey, IdentityProvider};
use cabana_domain::user::User;
use cabana_model::UserStatusType;
use cabana_store::{Change, StoreError};

use super::answer::Person;
use super::join::{self, Owner};
use super::{attributes, identities, vouched};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, federation};
use crate::logic::sign_in::{SignedIn, federated};
use crate::logic::triggers::inbound_federation::Coming;
use crate::logic::triggers::{inbound_federation, pre_authentication, pre_sign_up};
use crate::logic::users::{self, aliases, sign_up_domains};

/// Most characters of a user name.
const LONGEST_NAME: usize = 128;

/// The result of a sign-in: not written yet.
pub struct Arrived {
    pub signed_in: SignedIn,
    /// Whether the user was made now: PostConfirmation is due once they are stored.
    pub is_new: bool,
}

/// Where a sign-in leads to.
pub enum Arrival {
    SignedIn(Box<Arrived>),
    /// A user has the person's address, and it is not known yet that they are the same.
    Owner(Box<Owner>),
}

impl From<Arrived> for Arrival {
    fn from(arrived: Arrived) -> Self {
        Self::SignedIn(Box::new(arrived))
    }
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
) -> Result<Arrival, Fault> {
    cx.set_app(&client.id);
    let vouched = &vouched::of(provider, &person.claims);
    let (person, mapped) = &told(cx, pool, provider, person).await?;
    let by = By {
        provider,
        person,
        vouched,
    };
    if let Some(found) = find(cx, pool, provider, person, mapped).await? {
        let arrived = known(cx, client, pool, by, found, mapped).await?;
        return Ok(arrived.into());
    }
    if let Some(user) = join::owner(cx, client, pool, mapped).await? {
        return Ok(Arrival::Owner(Box::new(Owner {
            user,
            provider: provider.name.clone(),
            subject: person.subject.clone(),
        })));
    }
    let writable = client.settings.write_attributes.as_deref();
    let user = build(cx, pool, provider, person, mapped, writable).await?;
    pre_sign_up::federated(cx, pool, &user).await?;
    // The function may have linked the person to a user of its choice.
    if pre_sign_up::is_called(pool)
        && let Some(found) = find(cx, pool, provider, person, mapped).await?
    {
        let arrived = known(cx, client, pool, by, found, mapped).await?;
        return Ok(arrived.into());
    }
    Ok(new(cx, client, pool, by, user).await?.into())
}

/// The provider of a sign-in, who signed in there, and how it says that they did.
#[derive(Clone, Copy)]
struct By<'a> {
    provider: &'a IdentityProvider,
    person: &'a Person,
    vouched: &'a Vouched,
}

/// The person as the pool's function changes them, and their attributes.
async fn told(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    person: &Person,
) -> Result<(Person, BTreeMap<String, String>), Fault> {
    let coming = Coming {
        provider: &provider.name,
        kind: provider.kind,
        username: &username(pool, provider, person),
        person,
    };
    let claims = inbound_federation::run(cx, pool, coming).await?;
    let mut person = person.clone();
    let mut added = BTreeMap::new();
    if let Some(claims) = claims {
        added = attributes::added(pool, &claims);
        person.claims = claims;
    }
    let mut mapped = attributes::mapped(provider, &person);
    mapped.extend(added);
    Ok((person, mapped))
}

/// A user to whom a person is known.
pub struct Found {
    pub user: User,
    /// The attribute that has led to them, if the provider's name for the person has not.
    pub by: Option<IdentityKey>,
}

/// The user to whom the person is known: by the provider's name for them, or by an attribute that a link names.
///
/// # Errors
/// A failure of the store.
pub async fn find(
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

/// A user who is there, with the attributes that the provider gives now.
///
/// # Errors
/// What the pool refuses of them.
pub fn updated(
    pool: &Pool,
    user: &User,
    mapped: &BTreeMap<String, String>,
    writable: Option<&[String]>,
) -> Result<User, Fault> {
    let mut after = user.clone();
    attributes::write(pool, writable, &mut after, mapped)?;
    sign_up_domains::permit_change(pool, user, after.attribute("email"))?;
    Ok(after)
}

async fn known(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    by: By<'_>,
    found: Found,
    mapped: &BTreeMap<String, String>,
) -> Result<Arrived, Fault> {
    let Found { user, by: link } = found;
    pre_authentication::run(cx, client, pool, &user.username, Some(&user)).await?;
    let (mut after, mut changes) = (user.clone(), Vec::new());
    // A disabled user is refused by the sign-in itself, and stays as they are.
    if user.enabled {
        let writable = client.settings.write_attributes.as_deref();
        after = updated(pool, &user, mapped, writable)?;
        if let Some(link) = link {
            changes.extend(settle(cx, &mut after, link, &by.person.subject)?);
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
    let vouching = (by.provider.name.as_str(), by.vouched.clone());
    let signed_in = federated::known(cx, client, pool, both, vouching, changes).await?;
    Ok(Arrived {
        signed_in,
        is_new: false,
    })
}

/// The name of the user who is made for a person.
pub fn username(pool: &Pool, provider: &IdentityProvider, person: &Person) -> String {
    pool.login_key(&format!("{}_{}", provider.name, person.subject))
}

/// The user who would be made.
///
/// # Errors
/// What the pool refuses of them.
pub async fn build(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    person: &Person,
    mapped: &BTreeMap<String, String>,
    writable: Option<&[String]>,
) -> Result<User, Fault> {
    let name = username(pool, provider, person);
    if name.chars().count() > LONGEST_NAME {
        return Err(federation::federated_name_too_long());
    }
    // The same in every run of the request: functions have seen it.
    let sub = cx.once(&[b"sub of a new user"], async { cx.uuid() });
    let (sub, status) = (Sub::new(sub.await?), UserStatusType::ExternalProvider);
    let mut user = User::new(pool.id.clone(), sub, name, status, cx.now());
    attributes::write(pool, writable, &mut user, mapped)?;
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
    by: By<'_>,
    user: User,
) -> Result<Arrived, Fault> {
    let By {
        provider,
        person,
        vouched,
    } = by;
    if users::find(cx, pool, &user.username).await?.is_some() {
        let own = IdentityKey::subject(&provider.name, &person.subject);
        return Err(match cx.store().user_by_identity(&pool.id, &own).await? {
            // Another first sign-in has made them just now: the next run finds them.
            Some(_) => StoreError::Conflict("user").into(),
            // Somebody has the name without being this person: nobody becomes them by it.
            None => federation::federated_name_taken(&user.username),
        });
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
    let vouching = (provider.name.as_str(), vouched.clone());
    let signed_in = federated::new(cx, client, pool, user, vouching, changes)?;
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
