//! AdminCreateUser: creates a user, or repeats an invitation.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html>

use cabana_domain::event::EventKind;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_model::{
    AdminCreateUserRequest, AdminCreateUserResponse, MessageActionType, UserStatusType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::passwords;
use crate::logic::triggers::pre_sign_up;
use crate::logic::users::attributes::Author;
use crate::logic::users::{self, addresses, aliases, invitations};

pub async fn admin_create_user(
    cx: &Cx<'_>,
    input: AdminCreateUserRequest,
) -> Result<AdminCreateUserResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let (user, changes) = match input.message_action {
        Some(MessageActionType::Resend) => again(cx, &pool, &input).await?,
        action => create(cx, &pool, &input, action.is_none()).await?,
    };
    cx.commit(changes).await?;
    Ok(AdminCreateUserResponse {
        user: Some(users::view::user_type(user.into(), |_| true)),
    })
}

async fn create(
    cx: &Cx<'_>,
    pool: &Pool,
    input: &AdminCreateUserRequest,
    invite: bool,
) -> Result<(User, Vec<Change>), Fault> {
    let author = Author::Administrator;
    let mut user = users::create::build(
        cx,
        pool,
        author,
        &input.username,
        input.user_attributes.as_deref(),
        UserStatusType::ForceChangePassword,
    )
    .await?;
    let force = input.force_alias_creation == Some(true);
    let refusal = faults::name_taken_at_creation;
    let mut changes = aliases::claim(cx, pool, &user, force, refusal).await?;
    let validation = input.validation_data.as_deref();
    // As with Cognito, the answer neither confirms the user nor verifies an address.
    pre_sign_up::run(cx, pool, author, &user, validation).await?;
    let without_password = input.temporary_password.is_none() && is_by_code(pool, &user);
    let password = match without_password {
        true => None,
        false => Some(temporary_password(cx, pool, input)?),
    };
    match &password {
        Some(password) => {
            passwords::change::set_temporary(cx, pool, &mut user, password).await?;
        }
        None => user.status = UserStatusType::Confirmed,
    }
    changes.extend(users::create::insert(cx, pool, &user));
    changes.push(cx.emit(&user, EventKind::AdminCreate));
    if invite {
        changes.extend(invitation(cx, pool, input, &user, password.as_deref()).await?);
    }
    Ok((user, changes))
}

/// Sends another temporary password and invitation to a user who has not signed in yet.
async fn again(
    cx: &Cx<'_>,
    pool: &Pool,
    input: &AdminCreateUserRequest,
) -> Result<(User, Vec<Change>), Fault> {
    let before = users::get(cx, pool, &input.username).await?;
    if before.status != UserStatusType::ForceChangePassword {
        return Err(faults::cannot_resend_invitation(&input.username));
    }
    let password = temporary_password(cx, pool, input)?;
    let mut user = before.clone();
    passwords::change::set_temporary(cx, pool, &mut user, &password).await?;
    let mut changes = invitation(cx, pool, input, &user, Some(&password)).await?;
    changes.push(users::update(pool, &before, user.clone()));
    changes.push(cx.emit(&user, EventKind::ResendCode));
    Ok((user, changes))
}

/// Whether a user without a password can sign in: by codes to an address that they have.
fn is_by_code(pool: &Pool, user: &User) -> bool {
    addresses::of_first_factors(pool, user).next().is_some()
}

async fn invitation(
    cx: &Cx<'_>,
    pool: &Pool,
    input: &AdminCreateUserRequest,
    user: &User,
    password: Option<&str>,
) -> Result<Vec<Change>, Fault> {
    let media = input.desired_delivery_mediums.as_deref();
    let to = invitations::addresses(cx, pool, user, media)?;
    invitations::send(cx, pool, user, &to, (&input.username, password)).await
}

/// The administrator's password, or a random one.
fn temporary_password(
    cx: &Cx<'_>,
    pool: &Pool,
    input: &AdminCreateUserRequest,
) -> Result<String, Fault> {
    match input.temporary_password.as_deref() {
        Some(given) => Ok(given.to_owned()),
        None => invitations::new_password(cx, pool),
    }
}
