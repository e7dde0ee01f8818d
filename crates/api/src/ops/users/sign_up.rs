//! SignUp: creates the caller's own account.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_model::{ExplicitAuthFlowsType, SignUpRequest, SignUpResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secret_hash;
use crate::logic::codes::Sending;
use crate::logic::federation::reserved;
use crate::logic::messages::Wording;
use crate::logic::messages::destinations::Tally;
use crate::logic::sign_in::signed_up;
use crate::logic::triggers::{post_confirmation, pre_sign_up};
use crate::logic::users::attributes::{self, Author};
use crate::logic::users::{self, addresses, aliases, sign_up_domains};
use crate::logic::{codes, messages, passwords};

pub async fn sign_up(cx: &Cx<'_>, input: SignUpRequest) -> Result<SignUpResponse, Fault> {
    let (client, pool) = cx.client(&input.client_id).await?;
    secret_hash::check(&client, &[&input.username], input.secret_hash.as_deref())?;
    if is_closed(&pool) {
        return Err(faults::sign_up_not_permitted());
    }
    let author = Author::Client(&client);
    let mut user = users::create::build(
        cx,
        &pool,
        author,
        &input.username,
        input.user_attributes.as_deref(),
        UserStatusType::Unconfirmed,
    )
    .await?;
    sign_up_domains::permit_sign_up(&pool, &input.username, &user.attributes)?;
    reserved::permit_sign_up(cx, &pool, &user).await?;
    attributes::demand_required(&pool, &user.attributes)?;
    match input.password.as_deref() {
        Some(password) => passwords::change::check_policy(&pool, password)?,
        None if needs_none(&client, &pool, &user) => {}
        None => return Err(faults::missing_parameter("Password")),
    }
    let taken = faults::name_taken_at_sign_up;
    aliases::claim(cx, &pool, &user, false, taken).await?;
    let validation = input.validation_data.as_deref();
    let admitted = pre_sign_up::run(cx, &pool, author, &user, validation).await?;
    let mut changes = Vec::new();
    if admitted.changes_user() {
        pre_sign_up::apply(&admitted, &mut user)?;
        // As documented: an alias verified by the function moves to the new user.
        changes = aliases::claim(cx, &pool, &user, true, taken).await?;
    }
    if let Some(password) = input.password.as_deref() {
        passwords::change::set(cx, &pool, &mut user, password).await?;
    }
    changes.extend(users::create::insert(cx, &pool, &user));
    let event = cx.event(&user, EventKind::SignUp).in_app(&client.id);
    changes.push(event.into());
    let (mut delivery, mut session) = (None, None);
    let confirmed = user.status == UserStatusType::Confirmed;
    let to = codes::sign_up_address(&pool, &user).filter(|_| !confirmed);
    if let Some(to) = to {
        if !messages::can_send(cx, &pool, to.medium()) {
            // The account stays, as in Cognito: a code can be sent again later.
            cx.commit(changes).await?;
            return Err(messages::undeliverable(&pool, &to));
        }
        let sending = Sending {
            occasion: Occasion::SignUp,
            to: &to,
            link: Some(&client.id),
            tally: Tally::Unverified,
            wording: Wording::AtOnce,
        };
        let sent = codes::send(cx, &pool, &user, sending).await?;
        changes.extend(sent.changes);
        delivery = Some(sent.details);
        session = signed_up::begin(cx, &client, &user)?.map(Into::into);
    }
    cx.commit(changes).await?;
    if confirmed {
        post_confirmation::run(cx, &pool, &user, Occasion::ConfirmSignUp).await?;
    }
    Ok(SignUpResponse {
        code_delivery_details: delivery,
        session,
        user_confirmed: confirmed,
        user_sub: user.sub.as_str().to_owned(),
    })
}

/// Whether only administrators may create users in this pool.
fn is_closed(pool: &Pool) -> bool {
    let config = pool.settings.admin_create_user_config.as_ref();
    config.and_then(|it| it.allow_admin_create_user_only) == Some(true)
}

/// Whether the user can sign in without a password: by codes to an address that the confirmation of the account
/// verifies.
fn needs_none(client: &Client, pool: &Pool, user: &User) -> bool {
    client.allows_flow(ExplicitAuthFlowsType::AllowUserAuth)
        && addresses::of_first_factors(pool, user).any(|it| pool.auto_verifies(it))
}
