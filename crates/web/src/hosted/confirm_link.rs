//! `/confirmUser`: the link in a verification mail (`client_id`, `user_name`, `confirmation_code`).

use axum::response::Response;
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::frame::{frame, page};
use super::{Halt, answered, operations};
use crate::oauth::authorize;
use crate::pages::{LinkConfirmed, Mishap};
use crate::visit::Visit;

pub async fn confirm(visit: Visit) -> Response {
    let result = follow(&visit).await;
    answered(&visit, result)
}

async fn follow(visit: &Visit) -> Result<Response, Halt> {
    let client = authorize::registered_client(visit).await?;
    let (Some(username), Some(code)) = (
        visit.query.get("user_name"),
        visit.query.get("confirmation_code"),
    ) else {
        return Err(invalid());
    };
    match operations::confirm_sign_up(visit, &client, username, code).await {
        Ok(()) => {}
        Err(fault) if is_refusal(fault.kind) => return Err(invalid()),
        Err(fault) => return Err(Halt::Fault(fault)),
    }
    let view = LinkConfirmed {
        frame: frame(visit, Some(&client)),
        // The link knows nothing of the app's request; people go back to the app.
        sign_in_url: None,
    };
    Ok(page(Some(&client), &view, StatusCode::OK, None)?)
}

fn is_refusal(kind: K) -> bool {
    matches!(
        kind,
        K::CodeMismatchException
            | K::ExpiredCodeException
            | K::UserNotFoundException
            | K::NotAuthorizedException
            | K::AliasExistsException
            | K::TooManyFailedAttemptsException
            | K::InvalidParameterException
    )
}

fn invalid() -> Halt {
    Halt::Page {
        what: Mishap::LinkInvalid,
        status: StatusCode::BAD_REQUEST,
        detail: None,
    }
}
