//! Acts as calls of the API.

use serde_json::{Value, json};

use super::history::{Act, Person};
use super::place::{GROUP, Place, password};
use crate::common::Outcome;
use crate::common::api::text;

/// The call that performs an act.
///
/// # Errors
/// If the person lacks what the act needs.
pub fn request(place: &Place, person: &Person, act: Act) -> Outcome<Vec<u8>> {
    let admin = |operation: &str, more: Value| {
        let mut body = json!({ "UserPoolId": place.pool, "Username": person.name });
        merge(&mut body, more);
        place.requests.signed(operation, &body.to_string())
    };
    match act {
        Act::Create => admin(
            "AdminCreateUser",
            json!({
                "TemporaryPassword": password(0), "MessageAction": "SUPPRESS",
                "UserAttributes": attributes(person, 0, true),
            }),
        ),
        Act::Confirm => admin("AdminConfirmSignUp", json!({})),
        Act::Password(number) => admin(
            "AdminSetUserPassword",
            json!({ "Password": password(number), "Permanent": true }),
        ),
        Act::Revise(number) => admin(
            "AdminUpdateUserAttributes",
            json!({ "UserAttributes": attributes(person, number, true) }),
        ),
        Act::Join => admin("AdminAddUserToGroup", json!({ "GroupName": GROUP })),
        Act::Leave => admin("AdminRemoveUserFromGroup", json!({ "GroupName": GROUP })),
        Act::Mfa(on) => admin(
            "AdminSetUserMFAPreference",
            json!({ "EmailMfaSettings": { "Enabled": on, "PreferredMfa": on } }),
        ),
        Act::Disable => admin("AdminDisableUser", json!({})),
        Act::Delete => admin("AdminDeleteUser", json!({})),
        Act::SignUp | Act::SignIn | Act::Rotate | Act::Revoke => public(place, person, act),
    }
}

fn public(place: &Place, person: &Person, act: Act) -> Outcome<Vec<u8>> {
    let (operation, body) = match (act, &person.token, &person.rotating) {
        (Act::SignUp, _, _) => (
            "SignUp",
            json!({
                "ClientId": place.client, "Username": person.name, "Password": password(0),
                "UserAttributes": attributes(person, 0, false),
            }),
        ),
        (Act::Revoke, Some(token), _) => (
            "RevokeToken",
            json!({ "ClientId": place.client, "Token": token }),
        ),
        (Act::Rotate, _, Some(token)) => (
            "GetTokensFromRefreshToken",
            json!({ "ClientId": place.rotating, "RefreshToken": token }),
        ),
        (Act::Rotate, _, None) => return sign_in(place, &place.rotating, person, current(person)),
        (Act::SignIn, _, _) => return sign_in(place, &place.client, person, current(person)),
        _ => return Err(format!("{act:?} is not possible for {}", person.name).into()),
    };
    Ok(place.requests.public(operation, &body.to_string()))
}

fn current(person: &Person) -> u32 {
    person.facts.as_ref().map_or(0, |facts| facts.password)
}

/// A sign-in with the password of this number.
///
/// # Errors
/// None at present.
pub fn sign_in(place: &Place, client: &str, person: &Person, number: u32) -> Outcome<Vec<u8>> {
    let body = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": person.name, "PASSWORD": password(number) },
    });
    Ok(place.requests.public("InitiateAuth", &body.to_string()))
}

/// Records that the act was acknowledged.
///
/// # Errors
/// If the answer lacks an expected member.
pub fn acknowledge(person: &mut Person, act: Act, body: &[u8]) -> Outcome<()> {
    person.facts = act.after(person.facts.as_ref());
    person.pending = None;
    if matches!(act, Act::SignIn | Act::Rotate) {
        let answer: Value = serde_json::from_slice(body)?;
        let token = text(&answer, "/AuthenticationResult/RefreshToken")?;
        match act {
            Act::SignIn => person.token = Some(token),
            _ => person.rotating = Some(token),
        }
    }
    Ok(())
}

fn attributes(person: &Person, revision: u32, is_verified: bool) -> Value {
    let mut list = vec![
        json!({ "Name": "email", "Value": person.email(revision) }),
        json!({ "Name": "name", "Value": format!("{} {revision}", person.name) }),
        json!({ "Name": "given_name", "Value": format!("given {revision}") }),
    ];
    if is_verified {
        list.push(json!({ "Name": "email_verified", "Value": "true" }));
    }
    Value::Array(list)
}

/// A member of an answer; null if there is none.
pub fn member<'v>(answer: &'v Value, name: &str) -> &'v Value {
    answer.get(name).unwrap_or(&Value::Null)
}

/// The elements of a list in an answer.
pub fn elements<'v>(answer: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    member(answer, name).as_array().into_iter().flatten()
}

/// Adds members to a request.
pub fn merge(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, more) {
        body.extend(more);
    }
}
