//! VerifyUserAttribute: verifies the bearer's e-mail address or phone number with a code.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html>

use cabana_domain::event::EventKind;
use cabana_model::{
    VerifiedAttributeType, VerifyUserAttributeRequest, VerifyUserAttributeResponse,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes::attempts::Quota;
use crate::logic::codes::{self, Guess};
use crate::logic::tokens::access_token;
use crate::logic::users::{self, aliases, attribute_update, sign_up_domains};

pub async fn verify_user_attribute(
    cx: &Cx<'_>,
    input: VerifyUserAttributeRequest,
) -> Result<VerifyUserAttributeResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let (pool, before) = (&who.pool, &who.user);
    let name = &input.attribute_name;
    let attribute = name.parse().map_err(|_| faults::not_verifiable(name))?;
    let counted =
        codes::attempts::take(cx, pool, before.sub.as_str(), Quota::VerifyAttribute).await?;
    let guess = Guess {
        user: Some(before),
        imitated: None,
        purpose: codes::verifies(attribute),
        digits: &input.code,
    };
    let redeemed = codes::redeem(cx, guess, &counted).await?;
    let mut user = before.clone();
    let destination = &redeemed.code.destination;
    if attribute == VerifiedAttributeType::Email
        && let Err(fault) = sign_up_domains::permit_change(pool, before, Some(destination))
    {
        return codes::attempts::refuse(cx, counted, fault).await;
    }
    if !attribute_update::verify(&mut user, attribute, destination, cx.now()) {
        return codes::attempts::refuse(cx, counted, faults::code_expired()).await;
    }
    if let Err(taken) = aliases::claim(cx, pool, &user, false, faults::alias_taken).await {
        return codes::attempts::refuse(cx, counted, taken).await;
    }
    let event = cx.emit(before, EventKind::ChangeAttributes);
    let update = users::update(pool, before, user);
    cx.commit([counted, redeemed.take, update, event]).await?;
    Ok(VerifyUserAttributeResponse {})
}
