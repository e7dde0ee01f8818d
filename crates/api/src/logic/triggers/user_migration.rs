//! `UserMigration`: a user who is unknown here is created with what the function knows of them.
//!
//! The function judges a password in the server's place: failures count against the name, as for every name without an
//! account.

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::factor::Factor;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::migration::{self, Migrated, Prefilled, Request};
use cabana_domain::trigger::{BadAnswer, Occasion, Source, Trigger};
use cabana_domain::user::User;
use cabana_model::{AttributeType, ErrorKind, UserStatusType};

use super::{Call, metadata};
use crate::caller::Caller;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::users::attributes::Author;
use crate::logic::users::{self, aliases, invitations};
use crate::logic::{passwords, sign_in};

/// Whether the pool has such a function.
pub fn is_set(pool: &Pool) -> bool {
    super::arn(pool, Trigger::UserMigration).is_some()
}

/// Whether a name that is unknown here may belong to somebody who enters their password on our own pages next. Through
/// the API, USER_AUTH migrates nobody.
pub fn may_follow(cx: &Cx<'_>, pool: &Pool) -> bool {
    matches!(cx.caller, Caller::InProcess) && is_set(pool)
}

/// Creates the user of a sign-in by password, if the function knows them and the password is theirs. `None` if it does
/// not, or the pool has no function.
///
/// # Errors
/// NotAuthorizedException after too many failures under the name; those of the function; PasswordResetRequiredException
/// for a user who has been created and must choose a new password.
pub async fn sign_in(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    password: &str,
) -> Result<Option<User>, Fault> {
    if !is_set(pool) {
        return Ok(None);
    }
    cx.set_app(&client.id);
    let failures = sign_in::Failures::of_name(cx, pool, name).await?;
    failures.admit(cx)?;
    let asked = ask(cx, pool, name, Some(password), Occasion::Authentication).await;
    let migrated = match asked {
        Ok(Some(migrated)) => migrated,
        // With existence hidden, the caller counts it with every unknown name.
        Ok(None) if client.hides_user_existence() => return Ok(None),
        Ok(None) => {
            failures.count(cx).await?;
            return Ok(None);
        }
        Err(fault) if fault.kind == ErrorKind::UserLambdaValidationException => {
            failures.count(cx).await?;
            return Err(fault);
        }
        Err(fault) => return Err(fault),
    };
    let user = create(cx, pool, name, migrated, Some(password)).await;
    let user = user.map_err(in_words_of_sign_in)?;
    match user.status {
        UserStatusType::ResetRequired => Err(faults::password_reset_required()),
        _ => Ok(Some(user)),
    }
}

/// Creates the user who has forgotten their password, if the function knows them.
///
/// # Errors
/// Those of the function.
pub async fn forgotten(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    match ask(cx, pool, name, None, Occasion::ForgotPassword).await? {
        Some(migrated) => {
            let user = create(cx, pool, name, migrated, None).await;
            user.map(Some).map_err(in_words_of_sign_in)
        }
        None => Ok(None),
    }
}

/// Asks the function about a name, and creates nobody.
///
/// # Errors
/// Those of the function.
pub(super) async fn test(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<(), Fault> {
    let occasion = Occasion::Authentication;
    ask(cx, pool, name, Some("test"), occasion).await.map(drop)
}

async fn ask(
    cx: &Cx<'_>,
    pool: &Pool,
    name: &str,
    password: Option<&str>,
    occasion: Occasion,
) -> Result<Option<Migrated>, Fault> {
    let trigger = Trigger::UserMigration;
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(None);
    };
    let metadata = metadata::of(cx, call.source);
    let (validation_data, client_metadata) = match occasion {
        Occasion::ForgotPassword => (None, metadata),
        _ => (metadata, None),
    };
    let request = Request {
        password,
        validation_data,
        user_attributes: None,
        client_metadata,
    };
    let read = |answer: &[u8]| migration::read(answer, name);
    call.run(cx, name, request, Prefilled::default(), read)
        .await
}

/// A refusal to create the user, of a kind that operations of sign-in may answer.
fn in_words_of_sign_in(fault: Fault) -> Fault {
    match fault.kind {
        ErrorKind::UsernameExistsException
        | ErrorKind::AliasExistsException
        | ErrorKind::NotAuthorizedException => faults::cannot_migrate(&fault.message),
        _ => fault,
    }
}

/// Creates the user, and returns them as stored.
async fn create(
    cx: &Cx<'_>,
    pool: &Pool,
    typed: &str,
    migrated: Migrated,
    password: Option<&str>,
) -> Result<User, Fault> {
    let Migrated {
        mut attributes,
        force_alias,
        sms_mfa,
        confirmed,
        welcome,
    } = migrated;
    let own = attributes.remove("username");
    let name = given_name(pool, typed, own.as_deref(), |alias| {
        attributes.get(alias).is_some_and(|value| value == typed)
    })?;
    let attribute = |(name, value): (String, String)| AttributeType {
        name,
        value: Some(value.into()),
    };
    let attributes: Vec<_> = attributes.into_iter().map(attribute).collect();
    let status = match confirmed {
        true => UserStatusType::Confirmed,
        false => UserStatusType::ResetRequired,
    };
    let author = Author::Administrator;
    let built = users::create::build(cx, pool, author, &name, Some(&attributes), status);
    let mut user = built.await?;
    if sms_mfa {
        if user.attribute("phone_number").is_none() {
            return Err(faults::bad_answer(BadAnswer::Unrecognizable));
        }
        user.mfa.enabled = vec![Factor::Sms];
    }
    // As documented, the policy does not apply: the password is the user's already.
    if let Some(password) = password.filter(|_| confirmed) {
        user.secrets.password = passwords::seal(cx, pool, &user.username, password).await?;
    }
    let taken = faults::name_taken_at_creation;
    let mut changes = aliases::claim(cx, pool, &user, force_alias, taken).await?;
    changes.extend(users::create::insert(cx, pool, &user));
    changes.push(cx.emit(&user, EventKind::SignUp));
    if let Some(media) = welcome {
        changes.extend(invitations::welcome(cx, pool, &user, &media, typed).await?);
    }
    cx.commit(changes).await?;
    let stored = cx.store().user(&pool.id, &user.sub).await?;
    stored.ok_or_else(|| Fault::internal("the user was not stored"))
}

/// The name of the new user. Somebody who typed what could be an alias gets a name from the function, which must have
/// put the alias into its attribute.
fn given_name(
    pool: &Pool,
    typed: &str,
    own: Option<&str>,
    holds: impl Fn(&str) -> bool,
) -> Result<String, Fault> {
    let alias = aliases::looked_like(pool, typed).map(|it| match it {
        "email" => "email",
        _ => "phone_number",
    });
    match (alias, own) {
        (Some(alias), Some(own)) if holds(alias) => Ok(own.to_owned()),
        (None, Some(own)) if own != typed => Err(faults::bad_answer(BadAnswer::OtherUser)),
        // Refused below if it is an alias.
        _ => Ok(typed.to_owned()),
    }
}
