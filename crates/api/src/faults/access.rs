//! Faults of authentication, raised before any operation, and of the console's operators.

use std::borrow::Cow;

use cabana_model::{ErrorKind as K, Operation};

use super::{Words, faults, invalid_parameter, said};

fn incomplete(message: impl Into<Cow<'static, str>>) -> Words {
    said(K::IncompleteSignatureException, message)
}

fn invalid(message: impl Into<Cow<'static, str>>) -> Words {
    said(K::InvalidSignatureException, message)
}

faults! {
    /// Guessed.
    pub fn authentication_missing() {
        said(
            K::MissingAuthenticationTokenException,
            "Missing Authentication Token",
        )
    }

    /// Guessed.
    pub fn incomplete_signature(message: String) {
        incomplete(message)
    }

    /// Guessed.
    pub fn signature_without_date() {
        incomplete("Authorization header requires existence of a 'X-Amz-Date' header.")
    }

    /// Guessed.
    pub fn signature_date_malformed(date: &str) {
        incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'."
        ))
    }

    /// Guessed.
    pub fn unrecognized_client() {
        said(
            K::UnrecognizedClientException,
            "The security token included in the request is invalid.",
        )
    }

    /// Guessed.
    pub fn signature_mismatch() {
        invalid(
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        )
    }

    /// Guessed.
    pub fn signature_expired(date: &str, earliest: &str, now: &str) {
        invalid(format!(
            "Signature expired: {date} is now earlier than {earliest} ({now} - 5 min.)"
        ))
    }

    /// Guessed.
    pub fn signature_not_yet_current(date: &str, latest: &str, now: &str) {
        invalid(format!(
            "Signature not yet current: {date} is still later than {latest} ({now} + 5 min.)"
        ))
    }

    /// Guessed.
    pub fn scope_of_another_day(scope: &str, date: &str) {
        invalid(format!(
            "Date in Credential scope does not match the day of X-Amz-Date: '{scope}', '{date}'."
        ))
    }

    /// Guessed.
    pub fn scope_of_another_service(service: &str) {
        invalid(format!(
            "Credential should be scoped to correct service: '{service}'."
        ))
    }

    /// Guessed.
    pub fn header_not_signed(name: &str) {
        invalid(format!(
            "'{name}' must be a 'SignedHeader' in the AWS Authorization."
        ))
    }

    /// Guessed.
    pub fn signed_header_missing(name: &str) {
        invalid(format!("The signed header '{name}' is not in the request."))
    }

    /// Cabana only: a web page of another origin, at an emulator.
    pub fn foreign_origin(operation: Operation, origin: &str) {
        said(
            K::AccessDeniedException,
            format!(
                "A page of {origin} may not call {} without a signature: sign the call with the access key that \
                 `cabana env sdk` prints, or make it from a program instead of a browser.",
                operation.name()
            ),
        )
    }

    /// Cabana only: a web page that calls an emulator under a name that anybody may own.
    pub fn foreign_host(operation: Operation, host: &str) {
        said(
            K::AccessDeniedException,
            format!(
                "A page may not call {} under the name {host} without a signature: use localhost, start the emulator with \
                 --public-url for that name, or sign the call with the access key that `cabana env sdk` prints.",
                operation.name()
            ),
        )
    }

    /// Cabana only: an operator who is read-only.
    pub fn operator_read_only() {
        said(
            K::AccessDeniedException,
            "You may look at everything here and change nothing: ask an administrator.",
        )
    }

    /// Cabana only: operators manage their own account at the console, not with a token alone.
    pub fn operators_use_the_console() {
        said(
            K::NotAuthorizedException,
            "Operators manage their account at the console.",
        )
    }

    /// Cabana only: operators enter their password again before they change their own second factor.
    pub fn own_password_wrong() {
        said(K::NotAuthorizedException, "This is not your password.")
    }

    /// Cabana only.
    pub fn own_password_locked() {
        said(
            K::NotAuthorizedException,
            "The password was wrong too often. Wait a while, then try again.",
        )
    }

    /// Cabana only.
    pub fn own_code_wrong() {
        said(
            K::CodeMismatchException,
            "This is not the code that the app shows now.",
        )
    }

    /// Cabana only.
    pub fn own_code_locked() {
        said(
            K::LimitExceededException,
            "Codes were wrong too often. Wait a while, then try again.",
        )
    }

    /// Cabana only.
    pub fn own_factor_exists() {
        invalid_parameter("You have an authenticator app. Remove it before you set up another one.")
    }

    /// Cabana only.
    pub fn own_factor_missing() {
        invalid_parameter("You have no authenticator app.")
    }

    /// Cabana only.
    pub fn own_set_up_outdated() {
        invalid_parameter("Your account has changed since you began. Begin again.")
    }

    /// Cabana only: without an administrator nobody could change anything at the console any more.
    pub fn last_administrator() {
        said(
            K::InvalidParameterException,
            "This is the last administrator who can sign in: without one, nobody could change anything any more. \
             Make somebody else an administrator first.",
        )
    }

    /// Cabana only: a link of `cabana console-link` that this server did not make, or an incomplete one.
    pub fn setup_link_unknown() {
        said(
            K::NotAuthorizedException,
            "This set-up link is not one of this server's. Run cabana console-link and open the whole link.",
        )
    }

    /// Cabana only.
    pub fn setup_link_expired() {
        said(
            K::NotAuthorizedException,
            "This set-up link has expired. Run `cabana console-link` for another one.",
        )
    }

    /// Cabana only.
    pub fn setup_link_used() {
        said(
            K::NotAuthorizedException,
            "This set-up link was used already. Run `cabana console-link` for another one.",
        )
    }

    /// Cabana only.
    pub fn no_such_access_key(id: &str) {
        said(
            K::ResourceNotFoundException,
            format!("Access key {id} does not exist."),
        )
    }

    /// Cabana only.
    pub fn access_key_is_root() {
        said(
            K::InvalidParameterException,
            "The root access key belongs to the server's configuration: change it there and start the server again.",
        )
    }

    /// Cabana only.
    pub fn access_key_name(longest: usize) {
        said(
            K::InvalidParameterException,
            format!("An access key needs a name of 1 to {longest} characters."),
        )
    }

    /// Cabana only.
    pub fn access_key_named_root() {
        said(
            K::InvalidParameterException,
            "Only the server's own access key is called root: choose another name.",
        )
    }
}
