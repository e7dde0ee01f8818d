//! `PreSignUp`: before a user is created.

use cabana_domain::pool::Pool;
use cabana_domain::schema::IDENTITIES;
use cabana_domain::trigger::sign_up::{Prefilled, Request, Response};
use cabana_domain::trigger::{self, Occasion, Pairs, Source, Trigger};
use cabana_domain::user::User;
use cabana_model::{AttributeType, UserStatusType};

use super::{Call, metadata};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::users::attributes::{Author, VERIFIABLE, flag};

/// Asks the function whether a user may be created. `validation` is `ValidationData`.
///
/// # Errors
/// As for every function: it may refuse.
pub async fn run(
    cx: &Cx<'_>,
    pool: &Pool,
    author: Author<'_>,
    user: &User,
    validation: Option<&[AttributeType]>,
) -> Result<Response, Fault> {
    let occasion = match author {
        Author::Client(_) => Occasion::SignUp,
        Author::Administrator => Occasion::AdminCreateUser,
    };
    let trigger = Trigger::PreSignUp;
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(Response::default());
    };
    // A client sends no flags of verification; the ones here were added.
    let is_sent = |name: &str| {
        matches!(author, Author::Administrator) || !VERIFIABLE.iter().any(|it| flag(*it) == name)
    };
    let sent = user.attributes.iter();
    let sent = sent.filter(|(name, _)| is_sent(name));
    let request = Request {
        user_attributes: Pairs(
            sent.map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
        ),
        validation_data: validation.map(pairs),
        client_metadata: metadata::of(cx, call.source),
    };
    let read = |answer: &[u8]| trigger::read(answer, &user.username);
    call.run(cx, &user.username, request, Prefilled::default(), read)
        .await
}

/// Whether the pool has a function that decides about new users.
pub fn is_called(pool: &Pool) -> bool {
    super::arn(pool, Trigger::PreSignUp).is_some()
}

/// Asks the function whether a user may be created who comes from an identity provider. It confirms and verifies
/// nothing: the provider does.
///
/// # Errors
/// As for every function: it may refuse.
pub async fn federated(cx: &Cx<'_>, pool: &Pool, user: &User) -> Result<(), Fault> {
    let (trigger, occasion) = (Trigger::PreSignUp, Occasion::ExternalProvider);
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(());
    };
    let verified = user.attribute("email_verified").unwrap_or("false");
    let mut pairs = vec![
        ("email_verified", verified),
        ("cognito:email_alias", ""),
        ("cognito:phone_number_alias", ""),
    ];
    let own = user.attributes.iter();
    let own = own.filter(|(name, _)| !["email_verified", IDENTITIES].contains(&name.as_str()));
    pairs.extend(own.map(|(name, value)| (name.as_str(), value.as_str())));
    let request = Request {
        user_attributes: Pairs(pairs),
        validation_data: Some(Pairs::default()),
        client_metadata: metadata::of(cx, call.source),
    };
    let read = |answer: &[u8]| trigger::check(answer, &user.username);
    call.run(cx, &user.username, request, Prefilled::default(), read)
        .await
}

fn pairs(data: &[AttributeType]) -> Pairs<'_> {
    let pairs = data.iter().map(|it| {
        let value = it.value.as_ref().map_or("", |value| value.expose());
        (it.name.as_str(), value)
    });
    Pairs(pairs.collect())
}

/// Applies an answer to a user who signs up.
///
/// # Errors
/// InvalidParameterException if it verifies an address that the user lacks.
pub fn apply(response: &Response, user: &mut User) -> Result<(), Fault> {
    for (verified, name, flag) in [
        (response.verifies_email(), "email", "email_verified"),
        (
            response.verifies_phone(),
            "phone_number",
            "phone_number_verified",
        ),
    ] {
        if !verified {
            continue;
        }
        if !user.attributes.contains_key(name) {
            return Err(faults::flag_without_value(name));
        }
        user.attributes.insert(flag.to_owned(), "true".to_owned());
    }
    if response.confirms() {
        user.status = UserStatusType::Confirmed;
    }
    Ok(())
}
