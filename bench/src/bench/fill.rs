//! Fast creation of users: written by the store's own changes, as operations would have written them, many per list.

use cabana_domain::factor::MfaPreference;
use cabana_domain::guesses::FactorGuesses;
use cabana_domain::lockout::Lockout;
use cabana_domain::password::hash::{self, Cost, Memory};
use cabana_domain::pool::Pool;
use cabana_domain::srp::{Names, Verifier};
use cabana_domain::user::{Password, User, UserSecrets};
use cabana_domain::{Sub, Time};
use cabana_model::{Blob, UserStatusType};
use cabana_store::{Change, SharedStore};

use super::people::{self, PASSWORD};
use crate::common::{Outcome, now, random};

/// The users of a pool that can sign in.
pub struct Members {
    pub users: u32,
    /// One of this many; a verifier takes longer than everything else about a user.
    pub one_of: u32,
    /// Users per list.
    pub list: usize,
}

/// Fills a pool. The other users have an unknown password, as long as a real one.
///
/// # Errors
/// If the store refuses.
pub async fn fill(store: &SharedStore, pool: &Pool, members: Members) -> Outcome<()> {
    let mut list = Vec::with_capacity(members.list);
    for number in 0..members.users {
        let password = if number.is_multiple_of(members.one_of) {
            sealed(pool, &people::username(number))?
        } else {
            Password::Srp {
                salt: Blob(random::<16>()?.to_vec()),
                verifier: Blob(random::<384>()?.to_vec()),
            }
        };
        list.push(insert(pool, user(pool, number, password)?));
        if list.len() >= members.list {
            store.apply(std::mem::take(&mut list)).await?;
        }
    }
    if !list.is_empty() {
        store.apply(list).await?;
    }
    Ok(())
}

fn sealed(pool: &Pool, username: &str) -> Outcome<Password> {
    if !pool.allows_srp() {
        let phc = hash::hash(PASSWORD, random()?, Cost::STANDARD, &mut Memory::default())?;
        return Ok(Password::Argon2(phc));
    }
    let names = Names::user(pool.id.as_str(), username);
    let verifier = Verifier::derive(names, PASSWORD, random()?);
    Ok(Password::Srp {
        salt: Blob(verifier.salt().to_vec()),
        verifier: Blob(verifier.value_bytes().to_vec()),
    })
}

fn user(pool: &Pool, number: u32, password: Password) -> Outcome<User> {
    let (given, family) = (people::given(number), people::family(number));
    let attributes = [
        ("email", people::email(number)),
        ("email_verified", "true".to_owned()),
        ("family_name", family.to_owned()),
        ("given_name", given.to_owned()),
        ("name", format!("{given} {family}")),
        ("phone_number", people::phone(number)),
        ("phone_number_verified", "true".to_owned()),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
    let sub = uuid::Builder::from_random_bytes(random()?).into_uuid();
    let time = time()?;
    Ok(User {
        pool: pool.id.clone(),
        sub: Sub::new(sub.to_string()),
        version: 0,
        username: people::username(number),
        status: UserStatusType::Confirmed,
        enabled: true,
        attributes: attributes.into(),
        pending: Default::default(),
        mfa: MfaPreference::default(),
        lockout: Lockout::default(),
        factor_guesses: FactorGuesses::default(),
        secrets: UserSecrets {
            password,
            ..UserSecrets::default()
        },
        temporary_password_expires: None,
        tokens_not_before: Time::default(),
        created: time,
        modified: time,
    })
}

fn insert(pool: &Pool, user: User) -> Change {
    Change::InsertUser {
        names: user.login_names(pool),
        user: Box::new(user),
    }
}

/// The current time in the store's form.
///
/// # Errors
/// If the clock is set before 1970.
pub fn time() -> Outcome<Time> {
    let since = now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(Time::from_micros(i64::try_from(since.as_micros())?))
}
