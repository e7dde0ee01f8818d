//! GetUserAttributeVerificationCode: sends a code to the bearer's e-mail address or phone number.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html>

use cabana_domain::trigger::Occasion;
use cabana_model::{
    GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes::attempts::Quota;
use crate::logic::codes::{self, Sending};
use crate::logic::messages::destinations::Tally;
use crate::logic::messages::{Address, Wording};
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
    let sending = Sending {
        occasion: Occasion::VerifyUserAttribute,
        to: &to,
        link: None,
        tally: Tally::Unverified,
        wording: Wording::AtOnce,
    };
    let sent = match codes::send(cx, &who.pool, &who.user, sending).await {
        Ok(sent) => sent,
        Err(fault) => return codes::attempts::refuse(cx, counted, fault).await,
    };
    cx.commit([counted].into_iter().chain(sent.changes)).await?;
    Ok(GetUserAttributeVerificationCodeResponse {
        code_delivery_details: Some(sent.details),
    })
}
