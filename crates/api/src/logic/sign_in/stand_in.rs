//! Stand-ins for names without an account, if the client hides which users exist.
//!
//! A stand-in is stable for its name, and goes through the same steps as a user until a first factor is judged, which
//! never succeeds. Every list of first factors that users have, stand-ins have as well.

use cabana_domain::Sub;
use cabana_domain::client::Client;
use cabana_domain::flow::{AuthSession, Challenge, Next, RefusalReason};
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::srp::{Verifier, decoy::decoy};
use cabana_domain::user::{Password, User};
use cabana_domain::webauthn::{P256_GENERATOR, PublicKey, Registered};
use cabana_model::{Blob, UserStatusType, VerifiedAttributeType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::passkeys;
use crate::logic::triggers::{pre_authentication, user_migration};
use crate::logic::users::{attributes, recovery};

/// A verifier without a known password, stable per name, and a stable id.
pub(super) fn verifier(cx: &Cx<'_>, pool: &Pool, name: &str) -> (Verifier, String) {
    let key = cx.api.sealer.keyed_hash(&[b"decoy"]);
    let decoy = decoy(&key, pool.id.as_str(), name);
    (decoy.verifier, decoy.id.to_string())
}

/// The stand-in for a name. It is never stored.
pub(super) fn user(cx: &Cx<'_>, pool: &Pool, name: &str) -> User {
    let name = pool.login_key(name);
    let (verifier, id) = verifier(cx, pool, &name);
    let [kind, second, third, ..] =
        cx.api
            .sealer
            .keyed_hash(&[b"stand_in", pool.id.as_str().as_bytes(), name.as_bytes()]);
    let (password, verified) = match kind % 4 {
        // Whoever comes from elsewhere has nothing but a password.
        _ if user_migration::may_follow(cx, pool) => (of(&verifier), false),
        0 => (Password::None, true),
        1 => (of(&verifier), false),
        _ => (of(&verifier), true),
    };
    let sub = Sub::new(id.clone());
    let username = match pool.has_username_attributes() {
        true => id,
        false => name.clone(),
    };
    let status = UserStatusType::Confirmed;
    let mut user = User::new(pool.id.clone(), sub, username, status, cx.now());
    user.mfa.passkey = third % 2 == 0;
    user.secrets.password = password;
    let first = recovery::simulated(cx, pool, &name, None);
    let others = attributes::VERIFIABLE
        .into_iter()
        .filter(|it| *it != first.attribute && second % 2 == 0)
        .map(|it| (it, recovery::made_up(cx, pool, &name, it)));
    for (attribute, value) in [(first.attribute, first.value)].into_iter().chain(others) {
        add(&mut user, attribute, value, verified);
    }
    user
}

/// The user who starts a sign-in with this name and whether they exist, or a stand-in where that is hidden; `found` is
/// the user of this name. The pool's function before sign-ins has agreed.
///
/// # Errors
/// UserNotFoundException and UserNotConfirmedException if existence is not hidden; those of the function.
pub(super) async fn user_or(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    found: Option<User>,
) -> Result<(User, bool), Fault> {
    let hidden = client.hides_user_existence();
    let known = found.is_some();
    let user = match found {
        Some(user) if user.status == UserStatusType::Unconfirmed && !hidden => {
            return Err(faults::user_not_confirmed());
        }
        Some(user) => user,
        // Functions are told once it is known whose password it is.
        None if user_migration::may_follow(cx, pool) => {
            return Ok((self::user(cx, pool, name), false));
        }
        None if hidden => self::user(cx, pool, name),
        None => return Err(faults::no_such_user()),
    };
    let account = known.then_some(&user);
    pre_authentication::run(cx, client, pool, name, account).await?;
    Ok((user, known))
}

/// The next step of a stand-in: it goes no further than its first factor, or than the challenges of functions.
pub(super) fn step(session: &AuthSession, next: Next) -> Result<Next, Fault> {
    let is_first = matches!(
        next,
        Next::Ask(Challenge::ChooseFirst | Challenge::First(_))
    );
    let goes_on = matches!(next, Next::Define | Next::Ask(Challenge::Custom));
    let is_out_of_reach = next == Next::Refuse(RefusalReason::LevelOutOfReach);
    match session.custom {
        _ if is_first || is_out_of_reach => Ok(next),
        Some(_) if goes_on => Ok(next),
        Some(_) => Ok(Next::Refuse(RefusalReason::Failed)),
        None => Err(Fault::internal("a stand-in went beyond the first factor")),
    }
}

/// Lengths of credential IDs and transports, as common providers and security keys have them.
const KINDS_OF_PASSKEYS: [(usize, &[&str]); 8] = [
    (16, &["hybrid", "internal"]),
    (20, &["hybrid", "internal"]),
    (32, &["internal"]),
    (32, &["hybrid", "internal"]),
    (16, &["internal"]),
    (48, &["nfc", "usb"]),
    (64, &["nfc", "usb"]),
    (64, &["usb"]),
];

/// The passkeys of a stand-in, if the stand-in of its name has any: one, now and then two or three.
///
/// # Errors
/// The failure of the store.
pub(super) async fn passkeys(cx: &Cx<'_>, pool: &Pool, user: &User) -> Result<Vec<Passkey>, Fault> {
    let sealer = &cx.api.sealer;
    let (pool_id, sub) = (pool.id.as_str().as_bytes(), user.sub.as_str().as_bytes());
    let [kind, number, forms @ ..] = sealer.keyed_hash(&[b"stand_in_passkey", pool_id, sub]);
    let has_none = kind % 4 != 0 || user_migration::may_follow(cx, pool);
    if has_none || !passkeys::are_enabled(pool) {
        return Ok(Vec::new());
    }
    let Some(relying_party) = passkeys::relying_party(cx, pool).await? else {
        return Ok(Vec::new());
    };
    let number = match number % 16 {
        0..12 => 1,
        12..15 => 2,
        _ => 3,
    };
    let made_up = |(place, form): (u8, u8)| {
        let form = usize::from(form) % KINDS_OF_PASSKEYS.len();
        let (length, transports) = KINDS_OF_PASSKEYS.get(form).copied().unwrap_or_default();
        let half =
            |half| sealer.keyed_hash(&[b"stand_in_passkey_id", pool_id, sub, &[place, half]]);
        let mut id = [half(0), half(1)].concat();
        id.truncate(length);
        let registered = Registered {
            id,
            public_key: PublicKey::Es256(Blob(P256_GENERATOR.to_vec())),
            sign_count: 0,
            aaguid: [0; 16],
            backup_eligible: true,
            transports: transports.iter().map(|&it| it.to_owned()).collect(),
            attachment: None,
        };
        let (pool, sub) = (pool.id.clone(), user.sub.clone());
        Passkey::new(pool, sub, &relying_party, registered, cx.now())
    };
    Ok((0..number).zip(forms).map(made_up).collect())
}

fn of(verifier: &Verifier) -> Password {
    Password::Srp {
        salt: Blob(verifier.salt().to_vec()),
        verifier: Blob(verifier.value_bytes().to_vec()),
    }
}

fn add(user: &mut User, attribute: VerifiedAttributeType, value: String, verified: bool) {
    let flag = attributes::flag(attribute).to_owned();
    user.attributes.insert(flag, verified.to_string());
    user.attributes.insert(attribute.as_str().to_owned(), value);
}
