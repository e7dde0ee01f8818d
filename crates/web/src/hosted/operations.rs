//! Operations of the API that pages call, in this process and through the same dispatcher.

use cabana_api::logic::clients::secret_hash as hash;
use cabana_api::{Caller, Fault};
use cabana_domain::client::Client;
use cabana_model::{
    AttributeType, CodeDeliveryDetailsType, ConfirmForgotPasswordRequest, ConfirmSignUpRequest,
    DeliveryMediumType, ForgotPasswordRequest, OperationMarker, ResendConfirmationCodeRequest,
    Secret, SignUpRequest, SignUpResponse, VerifySoftwareTokenRequest, op,
};

use crate::pages::{Delivery, Medium};
use crate::visit::Visit;

async fn call<O: OperationMarker>(visit: &Visit, input: &O::Input) -> Result<O::Output, Fault> {
    let api = &visit.web.api;
    api.call::<O>(Caller::InProcess, visit.info.clone(), input)
        .await
}

/// `SECRET_HASH` of a confidential client: the pages act as the client.
pub fn secret_hash(client: &Client, username: &str) -> Option<Secret> {
    let secret = client.secrets.first()?;
    Some(hash::compute(&secret.value, username, client.id.as_str()).into())
}

fn client_id(client: &Client) -> Secret {
    client.id.as_str().into()
}

pub async fn sign_up(
    visit: &Visit,
    client: &Client,
    username: &str,
    password: &str,
    attributes: Vec<(String, String)>,
) -> Result<SignUpResponse, Fault> {
    let attribute = |(name, value): (String, String)| AttributeType {
        name,
        value: Some(value.into()),
    };
    let input = SignUpRequest {
        client_id: client_id(client),
        secret_hash: secret_hash(client, username),
        username: username.into(),
        password: Some(password.into()),
        user_attributes: Some(attributes.into_iter().map(attribute).collect()),
        ..SignUpRequest::default()
    };
    call::<op::SignUp>(visit, &input).await
}

pub async fn confirm_sign_up(
    visit: &Visit,
    client: &Client,
    username: &str,
    code: &str,
) -> Result<(), Fault> {
    let input = ConfirmSignUpRequest {
        client_id: client_id(client),
        secret_hash: secret_hash(client, username),
        username: username.into(),
        confirmation_code: code.to_owned(),
        ..ConfirmSignUpRequest::default()
    };
    call::<op::ConfirmSignUp>(visit, &input).await.map(drop)
}

pub async fn resend_code(
    visit: &Visit,
    client: &Client,
    username: &str,
) -> Result<Option<Delivery>, Fault> {
    let input = ResendConfirmationCodeRequest {
        client_id: client_id(client),
        secret_hash: secret_hash(client, username),
        username: username.into(),
        ..ResendConfirmationCodeRequest::default()
    };
    let output = call::<op::ResendConfirmationCode>(visit, &input).await?;
    Ok(delivery(output.code_delivery_details))
}

pub async fn forgot_password(
    visit: &Visit,
    client: &Client,
    username: &str,
) -> Result<Option<Delivery>, Fault> {
    let input = ForgotPasswordRequest {
        client_id: client_id(client),
        secret_hash: secret_hash(client, username),
        username: username.into(),
        ..ForgotPasswordRequest::default()
    };
    let output = call::<op::ForgotPassword>(visit, &input).await?;
    Ok(delivery(output.code_delivery_details))
}

pub async fn confirm_forgot_password(
    visit: &Visit,
    client: &Client,
    username: &str,
    code: &str,
    password: &str,
) -> Result<(), Fault> {
    let input = ConfirmForgotPasswordRequest {
        client_id: client_id(client),
        secret_hash: secret_hash(client, username),
        username: username.into(),
        confirmation_code: code.to_owned(),
        password: password.into(),
        ..ConfirmForgotPasswordRequest::default()
    };
    call::<op::ConfirmForgotPassword>(visit, &input)
        .await
        .map(drop)
}

/// The next session, once the authenticator app has shown a right code.
pub async fn verify(visit: &Visit, session: &str, code: &str) -> Result<String, Fault> {
    let input = VerifySoftwareTokenRequest {
        session: Some(session.into()),
        user_code: code.into(),
        ..VerifySoftwareTokenRequest::default()
    };
    let output = call::<op::VerifySoftwareToken>(visit, &input).await?;
    let session = output.session.map(Secret::into_inner);
    session.ok_or_else(|| Fault::internal("no session to go on with"))
}

/// Destination of a code, for pages.
pub fn delivery(details: Option<CodeDeliveryDetailsType>) -> Option<Delivery> {
    let details = details?;
    Some(Delivery {
        medium: match details.delivery_medium? {
            DeliveryMediumType::Sms => Medium::Sms,
            DeliveryMediumType::Email => Medium::Email,
        },
        destination: details.destination?,
    })
}
