//! Every text that users of the API can see, in one place: here what operations share, beside it
//! what belongs to the rooms.
//!
//! Each is marked by how sure it is that Amazon Cognito says just this: **documented**, **observed**
//! (quoted by others from the real service) or **guessed** (the kind is known, the words are ours).

mod access;
mod auth;
mod clients;
mod pools;
mod users;

pub use access::*;
pub use auth::*;
pub use clients::*;
pub use pools::*;
pub use users::*;

use cabana_model::{ErrorKind as K, Operation};

use crate::fault::Fault;

// --- before any operation ---

/// Guessed.
pub fn unknown_operation() -> Fault {
    Fault::new(K::UnknownOperationException, "")
}

/// Guessed.
pub fn not_json() -> Fault {
    Fault::new(
        K::SerializationException,
        "The request body is not a JSON object.",
    )
}

/// Ours: Cognito has every operation.
pub fn not_built(operation: Operation) -> Fault {
    Fault::new(
        K::NotImplemented,
        format!(
            "{} is not built yet in this version of Cabana.",
            operation.name()
        ),
    )
}

/// Ours: a feature of a built operation that is not there yet.
pub fn feature_not_built(feature: &str) -> Fault {
    Fault::new(
        K::InvalidParameterException,
        format!("{feature} is not built yet in this version of Cabana."),
    )
}

/// A parameter that an operation's own rules refuse.
pub fn invalid_parameter(message: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
    Fault::new(K::InvalidParameterException, message)
}

/// What an operation answers that lost every race against others who write the same: the kind it
/// has for that, or `lost` as it is. Documented kinds, guessed words.
pub fn busy(operation: Operation, lost: Fault) -> Fault {
    let (conflict, many) = (
        K::ConcurrentModificationException,
        K::TooManyRequestsException,
    );
    match operation.errors() {
        kinds if kinds.contains(&conflict) => {
            Fault::new(conflict, "Somebody else changes the same just now.")
        }
        kinds if kinds.contains(&many) => Fault::new(many, "Too many requests"),
        _ => lost,
    }
}

// --- things that are not there ---

/// Observed.
pub fn no_such_pool(id: &str) -> Fault {
    Fault::new(
        K::ResourceNotFoundException,
        format!("User pool {id} does not exist."),
    )
}

/// Observed.
pub fn no_such_client(id: &str) -> Fault {
    Fault::new(
        K::ResourceNotFoundException,
        format!("User pool client {id} does not exist."),
    )
}

/// Observed.
pub fn no_such_user() -> Fault {
    Fault::new(K::UserNotFoundException, "User does not exist.")
}

// --- signing in ---

/// Documented.
pub fn wrong_password() -> Fault {
    Fault::new(K::NotAuthorizedException, "Incorrect username or password.")
}

/// Documented.
pub fn locked_out() -> Fault {
    Fault::new(K::NotAuthorizedException, "Password attempts exceeded")
}

/// Observed.
pub fn user_disabled() -> Fault {
    Fault::new(K::NotAuthorizedException, "User is disabled.")
}

/// Observed.
pub fn user_not_confirmed() -> Fault {
    Fault::new(K::UserNotConfirmedException, "User is not confirmed.")
}

/// Guessed.
pub fn password_reset_required() -> Fault {
    Fault::new(
        K::PasswordResetRequiredException,
        "Password reset required for the user",
    )
}

/// Observed.
pub fn temporary_password_expired() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "Temporary password has expired and must be reset by an administrator.",
    )
}

/// Guessed.
pub fn missing_parameter(name: &str) -> Fault {
    invalid_parameter(format!("Missing required parameter {name}"))
}

/// Observed.
pub fn secret_hash_missing(client: &str) -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        format!("Client {client} is configured with secret but SECRET_HASH was not received"),
    )
}

/// Observed.
pub fn secret_hash_wrong(client: &str) -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        format!("Unable to verify secret hash for client {client}"),
    )
}

/// Observed.
pub fn session_expired() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "Invalid session for the user, session is expired.",
    )
}

/// Observed.
pub fn session_used() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "Invalid session for the user, session can only be used once.",
    )
}

/// Guessed.
pub fn session_foreign() -> Fault {
    Fault::new(K::NotAuthorizedException, "Invalid session for the user.")
}

// --- tokens ---

/// Observed.
pub fn access_token_expired() -> Fault {
    Fault::new(K::NotAuthorizedException, "Access Token has expired")
}

/// Documented.
pub fn access_token_revoked() -> Fault {
    Fault::new(K::NotAuthorizedException, "Access Token has been revoked")
}

/// Observed.
pub fn access_token_invalid() -> Fault {
    Fault::new(K::NotAuthorizedException, "Invalid Access Token")
}

/// Observed.
pub fn access_token_scope() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "Access Token does not have required scopes",
    )
}

/// Observed.
pub fn refresh_token_invalid() -> Fault {
    Fault::new(K::NotAuthorizedException, "Invalid Refresh Token.")
}

/// Observed.
pub fn refresh_token_expired() -> Fault {
    Fault::new(K::NotAuthorizedException, "Refresh Token has expired")
}

/// Observed.
pub fn refresh_token_revoked() -> Fault {
    Fault::new(K::NotAuthorizedException, "Refresh Token has been revoked")
}

// --- codes and limits ---

/// Observed.
pub fn code_mismatch() -> Fault {
    Fault::new(
        K::CodeMismatchException,
        "Invalid verification code provided, please try again.",
    )
}

/// Observed.
pub fn code_expired() -> Fault {
    Fault::new(
        K::ExpiredCodeException,
        "Invalid code provided, please request a code again.",
    )
}

/// Observed: a code that was guessed at too often. Another one can be asked for.
pub fn too_many_failures() -> Fault {
    Fault::new(
        K::TooManyFailedAttemptsException,
        "Too many failed attempts",
    )
}

/// Observed.
pub fn attempt_limit() -> Fault {
    Fault::new(
        K::LimitExceededException,
        "Attempt limit exceeded, please try after some time.",
    )
}

/// Guessed: somebody asks more often than one may a second.
pub fn too_often(operation: Operation) -> Fault {
    Fault::new(refusal_of(operation), "Too many requests")
}

/// Guessed: all together ask more often than the quota of the operation's category allows.
pub fn over_quota(operation: Operation) -> Fault {
    Fault::new(refusal_of(operation), "Rate exceeded")
}

/// The refusal over an hourly limit, in a kind that the model lists for the operation:
/// LimitExceededException, or else TooManyRequestsException.
pub fn limit_as_listed(operation: Operation, fault: Fault) -> Fault {
    let unlisted = !operation.errors().contains(&fault.kind);
    match fault.kind {
        K::LimitExceededException if unlisted => Fault::new(refusal_of(operation), fault.message),
        _ => fault,
    }
}

/// What SDKs try again after a while. The few operations for which the model lists nothing of the
/// kind answer what stands before every service of Amazon.
fn refusal_of(operation: Operation) -> K {
    let listed = |kind: &K| operation.errors().contains(kind);
    Some(K::TooManyRequestsException)
        .filter(listed)
        .unwrap_or(K::ThrottlingException)
}

/// Guessed.
pub fn too_many(most: u32, things: &str) -> Fault {
    Fault::new(
        K::LimitExceededException,
        format!("There can be at most {most} {things}."),
    )
}

/// Ours: the server has no way to send this.
pub fn cannot_deliver(medium: &str) -> Fault {
    Fault::new(
        K::CodeDeliveryFailureException,
        format!("This server has no transport for {medium} messages."),
    )
}
