//! ConfirmSignUp: confirms a new user with a code sent to their address.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>

use cabana_domain::code::CodePurpose;
use cabana_domain::event::EventKind;
use cabana_domain::trigger::Occasion;
use cabana_model::{ConfirmSignUpRequest, ConfirmSignUpResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes;
use crate::logic::codes::attempts::Quota;
use crate::logic::sign_in::signed_up::{self, SignedUp};
use crate::logic::triggers::post_confirmation;
use crate::logic::users::{self, aliases, attribute_update, sign_up_domains};

pub async fn confirm_sign_up(
    cx: &Cx<'_>,
    input: ConfirmSignUpRequest,
) -> Result<ConfirmSignUpResponse, Fault> {
    let hash = input.secret_hash.as_deref();
    let who = users::named::find(cx, &input.client_id, &input.username, hash).await?;
    let ticket = match input.session.as_deref() {
        Some(session) => Some(signed_up::open(cx, &who.client, session)?),
        None => None,
    };
    let stranger = |ticket: &SignedUp| who.user.as_ref().is_none_or(|user| !ticket.is_of(user));
    if ticket.as_ref().is_some_and(stranger) {
        return Err(faults::session_foreign());
    }
    let counted = who.count(cx, Quota::ConfirmSignUp).await?;
    if let Some(user) = &who.user
        && user.status != UserStatusType::Unconfirmed
    {
        return codes::attempts::refuse(cx, counted, faults::cannot_confirm(user.status)).await;
    }
    let purpose = CodePurpose::ConfirmSignUp;
    let (before, redeemed) = who
        .redeem(cx, purpose, &input.confirmation_code, &counted)
        .await?;
    let code = &redeemed.code;
    let (attribute, destination) = (&code.attribute, &code.destination);
    if let Err(fault) = sign_up_domains::permit_confirmation(&who.pool, attribute, destination) {
        return codes::attempts::refuse(cx, counted, fault).await;
    }
    let mut user = before.clone();
    user.status = UserStatusType::Confirmed;
    user.modified = cx.now();
    let attribute = redeemed.code.attribute.parse().ok();
    if let Some(attribute) = attribute
        && !attribute_update::verify(&mut user, attribute, &redeemed.code.destination, cx.now())
    {
        return codes::attempts::refuse(cx, counted, faults::code_expired()).await;
    }
    let (client, ticket) = (&who.client, ticket.as_ref());
    let session = match attribute {
        Some(attribute) => signed_up::confirmed(cx, client, &who.pool, &user, ticket, attribute)?,
        None => None,
    };
    let force = input.force_alias_creation == Some(true);
    let losers = match aliases::claim(cx, &who.pool, &user, force, faults::alias_taken).await {
        Ok(losers) => losers,
        // The code stays valid: the caller may repeat the call with ForceAliasCreation.
        Err(taken) => return codes::attempts::refuse(cx, counted, taken).await,
    };
    let event = cx.event(&user, EventKind::Confirm).in_app(&who.client.id);
    let confirmed = users::update(&who.pool, before, user.clone());
    cx.commit(
        [counted, redeemed.take]
            .into_iter()
            .chain(losers)
            .chain([confirmed, event.into()]),
    )
    .await?;
    post_confirmation::run(cx, &who.pool, &user, Occasion::ConfirmSignUp).await?;
    Ok(ConfirmSignUpResponse {
        session: session.map(Into::into),
    })
}
