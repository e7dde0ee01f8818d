//! Marks of a user's credentials, as keyed hashes: state that the client carries between steps contains one, and is
//! invalid once it differs. So does the trust of a device.

use cabana_domain::user::{Password, User};
use cabana_model::{Blob, UserStatusType, VerifiedAttributeType};

use crate::cx::Cx;

/// A mark of the user's password, second factors, status, and of the last time they were signed out everywhere or
/// disabled.
pub fn mark(cx: &Cx<'_>, user: &User) -> [u8; 32] {
    mark_as(cx, user, user.status)
}

/// The [`mark`] that a user who signed up will have once confirmed.
pub fn mark_once_confirmed(cx: &Cx<'_>, user: &User) -> [u8; 32] {
    mark_as(cx, user, UserStatusType::Confirmed)
}

fn mark_as(cx: &Cx<'_>, user: &User, status: UserStatusType) -> [u8; 32] {
    cx.api.sealer.keyed_hash(&[
        b"credentials",
        &password_mark(cx, user),
        totp_seed(user),
        enabled(user).as_bytes(),
        status.as_str().as_bytes(),
        &[u8::from(user.enabled)],
    ])
}

/// A mark of the user's authenticator app, if they have one.
pub fn app_mark(cx: &Cx<'_>, user: &User) -> Option<Blob> {
    let seed = user.secrets.totp.as_ref()?;
    let mark = cx.api.sealer.keyed_hash(&[
        b"authenticator app",
        user.pool.as_str().as_bytes(),
        user.sub.as_str().as_bytes(),
        &seed.0,
    ]);
    Some(Blob(mark.to_vec()))
}

fn totp_seed(user: &User) -> &[u8] {
    let seed = user.secrets.totp.as_ref();
    seed.map(|seed| seed.0.as_slice()).unwrap_or_default()
}

fn enabled(user: &User) -> String {
    let passkey = user.mfa.passkey.then_some("WEB_AUTHN");
    let factors = user.mfa.enabled.iter().map(|it| it.setting_name());
    let factors: Vec<_> = factors.chain(passkey).collect();
    factors.join(",")
}

/// A mark of the user's second factors, of the addresses that codes go to, and of the last time they were signed out
/// everywhere or disabled.
pub fn factors_mark(cx: &Cx<'_>, user: &User) -> Blob {
    let address = |attribute: VerifiedAttributeType| {
        let address = user.attributes.get(attribute.as_str());
        address.map(String::as_bytes).unwrap_or_default()
    };
    let mark = cx.api.sealer.keyed_hash(&[
        b"factors",
        user.pool.as_str().as_bytes(),
        user.sub.as_str().as_bytes(),
        totp_seed(user),
        enabled(user).as_bytes(),
        address(VerifiedAttributeType::Email),
        address(VerifiedAttributeType::PhoneNumber),
        &user.tokens_not_before.micros().to_be_bytes(),
    ]);
    Blob(mark.to_vec())
}

/// A mark of the password, and of the last time the user was signed out everywhere or disabled.
pub fn password_mark(cx: &Cx<'_>, user: &User) -> [u8; 32] {
    let (kind, salt, value): (&[u8], &[u8], &[u8]) = match &user.secrets.password {
        Password::None => (b"none", b"", b""),
        Password::Srp { salt, verifier } => (b"srp", &salt.0, &verifier.0),
        Password::Argon2(phc) => (b"argon2", b"", phc.as_bytes()),
    };
    cx.api.sealer.keyed_hash(&[
        b"password",
        user.pool.as_str().as_bytes(),
        user.sub.as_str().as_bytes(),
        kind,
        salt,
        value,
        &user.tokens_not_before.micros().to_be_bytes(),
    ])
}

/// A mark of the user's present address, verified or not; `None` if there is none. A code sent to an address proves
/// that one and no other.
pub fn address_mark(
    cx: &Cx<'_>,
    user: &User,
    attribute: VerifiedAttributeType,
) -> Option<[u8; 32]> {
    let address = user.attributes.get(attribute.as_str())?;
    Some(cx.api.sealer.keyed_hash(&[
        b"address",
        user.pool.as_str().as_bytes(),
        user.sub.as_str().as_bytes(),
        attribute.as_str().as_bytes(),
        address.as_bytes(),
    ]))
}
