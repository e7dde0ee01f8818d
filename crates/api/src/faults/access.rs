//! Texts about signatures, said before any operation.

use std::borrow::Cow;

use cabana_model::ErrorKind as K;

use crate::fault::Fault;

fn invalid(message: impl Into<Cow<'static, str>>) -> Fault {
    Fault::new(K::InvalidSignatureException, message)
}

/// Guessed.
pub fn authentication_missing() -> Fault {
    Fault::new(
        K::MissingAuthenticationTokenException,
        "Missing Authentication Token",
    )
}

/// Guessed.
pub fn incomplete_signature(message: impl Into<Cow<'static, str>>) -> Fault {
    Fault::new(K::IncompleteSignatureException, message)
}

/// Guessed.
pub fn signature_without_date() -> Fault {
    incomplete_signature("Authorization header requires existence of a 'X-Amz-Date' header.")
}

/// Guessed.
pub fn signature_date_malformed(date: &str) -> Fault {
    incomplete_signature(format!(
        "Date must be in ISO-8601 'basic format'. Got '{date}'."
    ))
}

/// Guessed.
pub fn unrecognized_client() -> Fault {
    Fault::new(
        K::UnrecognizedClientException,
        "The security token included in the request is invalid.",
    )
}

/// Guessed.
pub fn signature_mismatch() -> Fault {
    invalid(
        "The request signature we calculated does not match the signature you provided. \
         Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    )
}

/// Guessed.
pub fn signature_expired(date: &str, earliest: &str, now: &str) -> Fault {
    invalid(format!(
        "Signature expired: {date} is now earlier than {earliest} ({now} - 5 min.)"
    ))
}

/// Guessed.
pub fn signature_not_yet_current(date: &str, latest: &str, now: &str) -> Fault {
    invalid(format!(
        "Signature not yet current: {date} is still later than {latest} ({now} + 5 min.)"
    ))
}

/// Guessed.
pub fn scope_of_another_day(scope: &str, date: &str) -> Fault {
    invalid(format!(
        "Date in Credential scope does not match the day of X-Amz-Date: '{scope}', '{date}'."
    ))
}

/// Guessed.
pub fn scope_of_another_service(service: &str) -> Fault {
    invalid(format!(
        "Credential should be scoped to correct service: '{service}'."
    ))
}

/// Guessed.
pub fn header_not_signed(name: &str) -> Fault {
    invalid(format!(
        "'{name}' must be a 'SignedHeader' in the AWS Authorization."
    ))
}

/// Guessed.
pub fn signed_header_missing(name: &str) -> Fault {
    invalid(format!("The signed header '{name}' is not in the request."))
}
