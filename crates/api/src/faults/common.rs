//! Texts that operations of several rooms share.

use cabana_model::{ErrorKind as K, Operation};

use super::{faults, invalid_parameter, said};
use crate::fault::Fault;

faults! {
    // --- before any operation ---

    /// Guessed.
    pub fn unknown_operation() {
        said(K::UnknownOperationException, "")
    }

    /// Guessed.
    pub fn not_json() {
        said(
            K::SerializationException,
            "The request body is not a JSON object.",
        )
    }

    /// Ours: Cognito has every operation.
    pub fn not_built(operation: Operation) {
        said(
            K::NotImplemented,
            format!(
                "{} is not built yet in this version of Cabana.",
                operation.name()
            ),
        )
    }

    /// Ours: a feature of a built operation that is not there yet.
    pub fn feature_not_built(feature: &str) {
        said(
            K::InvalidParameterException,
            format!("{feature} is not built yet in this version of Cabana."),
        )
    }

    /// The input is of other types than the model's.
    pub fn mistyped(message: String) {
        said(K::SerializationException, message)
    }

    /// Observed: members break the model's constraints.
    pub fn constraints_broken(message: String, members: Vec<String>) {
        invalid_parameter(message).about_all(members)
    }

    /// Guessed.
    pub fn changed_meanwhile() {
        said(
            K::ConcurrentModificationException,
            "Somebody else changes the same just now.",
        )
    }

    /// Guessed.
    pub fn too_many_changes() {
        said(K::TooManyRequestsException, "Too many requests")
    }

    // --- things that are not there ---

    /// Observed.
    pub fn no_such_pool(id: &str) {
        said(
            K::ResourceNotFoundException,
            format!("User pool {id} does not exist."),
        )
    }

    /// Observed.
    pub fn no_such_client(id: &str) {
        said(
            K::ResourceNotFoundException,
            format!("User pool client {id} does not exist."),
        )
    }

    /// Observed.
    pub fn no_such_user() {
        said(K::UserNotFoundException, "User does not exist.")
    }

    // --- signing in ---

    /// Documented.
    pub fn wrong_password() {
        said(K::NotAuthorizedException, "Incorrect username or password.")
    }

    /// Documented.
    pub fn locked_out() {
        said(K::NotAuthorizedException, "Password attempts exceeded")
    }

    /// Observed.
    pub fn user_disabled() {
        said(K::NotAuthorizedException, "User is disabled.")
    }

    /// Observed.
    pub fn user_not_confirmed() {
        said(K::UserNotConfirmedException, "User is not confirmed.")
    }

    /// Guessed.
    pub fn password_reset_required() {
        said(
            K::PasswordResetRequiredException,
            "Password reset required for the user",
        )
    }

    /// Observed.
    pub fn temporary_password_expired() {
        said(
            K::NotAuthorizedException,
            "Temporary password has expired and must be reset by an administrator.",
        )
    }

    /// Guessed.
    pub fn missing_parameter(name: &str) {
        invalid_parameter(format!("Missing required parameter {name}"))
    }

    /// Observed.
    pub fn secret_hash_missing(client: &str) {
        said(
            K::NotAuthorizedException,
            format!("Client {client} is configured with secret but SECRET_HASH was not received"),
        )
    }

    /// Observed.
    pub fn secret_hash_wrong(client: &str) {
        said(
            K::NotAuthorizedException,
            format!("Unable to verify secret hash for client {client}"),
        )
    }

    /// Observed.
    pub fn session_expired() {
        said(
            K::NotAuthorizedException,
            "Invalid session for the user, session is expired.",
        )
    }

    /// Observed.
    pub fn session_used() {
        said(
            K::NotAuthorizedException,
            "Invalid session for the user, session can only be used once.",
        )
    }

    /// Guessed.
    pub fn session_foreign() {
        said(K::NotAuthorizedException, "Invalid session for the user.")
    }

    // --- tokens ---

    /// Observed.
    pub fn access_token_expired() {
        said(K::NotAuthorizedException, "Access Token has expired")
    }

    /// Documented.
    pub fn access_token_revoked() {
        said(K::NotAuthorizedException, "Access Token has been revoked")
    }

    /// Observed.
    pub fn access_token_invalid() {
        said(K::NotAuthorizedException, "Invalid Access Token")
    }

    /// Observed.
    pub fn access_token_scope() {
        said(
            K::NotAuthorizedException,
            "Access Token does not have required scopes",
        )
    }

    /// Observed.
    pub fn refresh_token_invalid() {
        said(K::NotAuthorizedException, "Invalid Refresh Token.")
    }

    /// Observed.
    pub fn refresh_token_expired() {
        said(K::NotAuthorizedException, "Refresh Token has expired")
    }

    /// Observed.
    pub fn refresh_token_revoked() {
        said(K::NotAuthorizedException, "Refresh Token has been revoked")
    }

    // --- codes and limits ---

    /// Observed.
    pub fn code_mismatch() {
        said(
            K::CodeMismatchException,
            "Invalid verification code provided, please try again.",
        )
    }

    /// Observed.
    pub fn code_expired() {
        said(
            K::ExpiredCodeException,
            "Invalid code provided, please request a code again.",
        )
    }

    /// Observed: a code that was guessed at too often. Another one can be asked for.
    pub fn too_many_failures() {
        said(
            K::TooManyFailedAttemptsException,
            "Too many failed attempts",
        )
    }

    /// Observed.
    pub fn attempt_limit() {
        said(
            K::LimitExceededException,
            "Attempt limit exceeded, please try after some time.",
        )
    }

    /// Guessed: somebody asks more often than one may a second.
    pub fn too_often(operation: Operation) {
        said(refusal_of(operation), "Too many requests")
    }

    /// Guessed: all together ask more often than the quota of the operation's category allows.
    pub fn over_quota(operation: Operation) {
        said(refusal_of(operation), "Rate exceeded")
    }

    /// Guessed.
    pub fn too_many(most: u32, things: &str) {
        said(
            K::LimitExceededException,
            format!("There can be at most {most} {things}."),
        )
    }

    /// Ours: the server has no way to send this.
    pub fn cannot_deliver(medium: &str) {
        said(K::CodeDeliveryFailureException, no_transport(medium))
    }
}

pub(super) fn no_transport(medium: &str) -> String {
    format!("This server has no transport for {medium} messages.")
}

/// The fault of an operation that lost every race against others who write the same: the kind it
/// has for that, or `lost` as it is. Documented kinds, guessed words.
pub fn busy(operation: Operation, lost: Fault) -> Fault {
    match operation.errors() {
        kinds if kinds.contains(&K::ConcurrentModificationException) => changed_meanwhile(),
        kinds if kinds.contains(&K::TooManyRequestsException) => too_many_changes(),
        _ => lost,
    }
}

/// The refusal over an hourly limit, in a kind that the model lists for the operation:
/// LimitExceededException, or else TooManyRequestsException.
pub fn limit_as_listed(operation: Operation, mut fault: Fault) -> Fault {
    let unlisted = !operation.errors().contains(&fault.kind);
    if fault.kind == K::LimitExceededException && unlisted {
        fault.kind = refusal_of(operation);
    }
    fault
}

/// What SDKs try again after a while. The few operations for which the model lists nothing of the
/// kind answer what stands before every service of Amazon.
fn refusal_of(operation: Operation) -> K {
    let listed = |kind: &K| operation.errors().contains(kind);
    Some(K::TooManyRequestsException)
        .filter(listed)
        .unwrap_or(K::ThrottlingException)
}
