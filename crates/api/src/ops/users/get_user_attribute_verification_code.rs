//! GetUserAttributeVerificationCode: sends a code to the bearer's e-mail address or phone number.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html>

use cabana_domain::trigger::Occasion;
use cabana_model::{
    GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes;
use crate::logic::codes::attempts::Quota;
use crate::logic::messages::Address;
use crate::logic::messages::destinations::Tally;
use crate::logic::tokens::access_token;

pub async fn get_user_attribute_verification_code(
    cx: &Cx<'_>,
    input: GetUserAttributeVerificationCodeRequest,
) -> Result<GetUserAttributeVerificationCodeResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let name = &input.attribute_name;
    let attribute = name.parse().map_err(|_| faults::not_verifiable(name))?;
    // A new value that awaits verification takes precedence over the present one.
    let value = who
        .user
        .pending
        .get(name)
        .or_else(|| who.user.attributes.get(name));
    let value = value
        .ok_or_else(|| faults::nothing_to_verify(name))?
        .clone();
    let to = Address { attribute, value };
    let subject = who.user.sub.as_str();
    let counted = codes::attempts::take(cx, &who.pool, subject, Quota::AttributeCode).await?;
    let (occasion, tally) = (Occasion::VerifyUserAttribute, Tally::Unverified);
    let sent = codes::send(cx, &who.pool, &who.user, occasion, &to, None, tally);
    let sent = match sent.await {
        Ok(sent) => sent,
        Err(fault) => return codes::attempts::refuse(cx, counted, fault).await,
    };
    cx.commit([counted].into_iter().chain(sent.changes)).await?;
    Ok(GetUserAttributeVerificationCodeResponse {
        code_delivery_details: Some(sent.details),
    })
}
