//! Faults that several groups of operations share.

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

    /// Cabana only: Cognito has every operation.
    pub fn not_built(operation: Operation) {
        said(
            K::NotImplemented,
            format!(
                "{} is not built yet in this version of Cabana.",
                operation.name()
            ),
        )
    }

    /// Cabana only: a feature of a built operation that is not built yet.
    pub fn feature_not_built(feature: &str) {
        said(
            K::InvalidParameterException,
            format!("{feature} is not built yet in this version of Cabana."),
        )
    }

    /// The input has types other than the model's.
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

    // --- missing resources ---

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

    // --- sign-in ---

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

    /// Observed: a code with too many attempts. A new one can be requested.
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

    /// Guessed: a caller over their rate limit.
    pub fn too_often(operation: Operation) {
        said(refusal_of(operation), "Too many requests")
    }

    /// Guessed: all callers together exceed the quota of the operation's category.
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

    /// Cabana only: the server has no transport for this.
    pub fn cannot_deliver(medium: &str) {
        said(K::CodeDeliveryFailureException, no_transport(medium))
    }
}

pub(super) fn no_transport(medium: &str) -> String {
    format!("This server has no transport for {medium} messages.")
}

/// The fault of an operation that met a conflict in every run: the kind that the model lists for that, or `lost`
/// unchanged. Documented kinds, guessed words.
pub fn busy(operation: Operation, lost: Fault) -> Fault {
    match operation.errors() {
        kinds if kinds.contains(&K::ConcurrentModificationException) => changed_meanwhile(),
        kinds if kinds.contains(&K::TooManyRequestsException) => too_many_changes(),
        _ => lost,
    }
}

/// Converts a refusal to a kind that the model lists for the operation: that of an hourly limit to
/// TooManyRequestsException, that of a function (which GetClientToken may have too) to NotAuthorizedException.
pub fn as_listed(operation: Operation, mut fault: Fault) -> Fault {
    if operation.errors().contains(&fault.kind) {
        return fault;
    }
    match fault.kind {
        K::LimitExceededException => fault.kind = refusal_of(operation),
        K::InvalidLambdaResponseException
        | K::UnexpectedLambdaException
        | K::UserLambdaValidationException => fault.kind = K::NotAuthorizedException,
        _ => {}
    }
    fault
}

/// The kind that SDKs retry after a while. The few operations for which the model lists no such kind answer
/// ThrottlingException, common to all of Amazon's services.
fn refusal_of(operation: Operation) -> K {
    let listed = |kind: &K| operation.errors().contains(kind);
    Some(K::TooManyRequestsException)
        .filter(listed)
        .unwrap_or(K::ThrottlingException)
}
