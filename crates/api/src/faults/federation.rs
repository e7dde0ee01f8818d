//! Faults of sign-ins at identity providers: apps get them at their callback.

use cabana_model::ErrorKind as K;

use super::{faults, invalid_parameter, said};

faults! {
    /// Observed, for the token endpoint.
    pub fn provider_answered(provider: &str, status: u16, code: &str) {
        invalid_parameter(format!("{provider} Error - {status} {code}"))
    }

    /// Observed, for the token endpoint and the keys.
    pub fn provider_timed_out(what: &str) {
        invalid_parameter(format!("Timeout occurred in calling {what}"))
    }

    /// Guessed.
    pub fn provider_unreachable(what: &str) {
        invalid_parameter(format!("Error in calling {what}"))
    }

    /// Guessed.
    pub fn provider_incomplete(provider: &str, what: &str) {
        invalid_parameter(format!("{provider} Error - {what}"))
    }

    /// Guessed.
    pub fn provider_gave_no_code(provider: &str) {
        invalid_parameter(format!("{provider} Error - it gave no code"))
    }

    /// Guessed.
    pub fn provider_id_token_refused(provider: &str, why: &str) {
        invalid_parameter(format!("{provider} Error - the ID token was refused: {why}"))
    }

    /// Guessed.
    pub fn provider_subject_differs(provider: &str) {
        invalid_parameter(format!(
            "{provider} Error - the user info is of another subject than the ID token"
        ))
    }

    /// Cabana only: the standards ask for it.
    pub fn provider_sign_in_too_old(provider: &str) {
        invalid_parameter(format!(
            "{provider} Error - the sign-in there is older than the app allows"
        ))
    }

    /// Cabana only: the standards ask for it.
    pub fn provider_mixed_up(provider: &str) {
        invalid_parameter(format!("{provider} Error - the answer is of another issuer"))
    }

    /// Observed.
    pub fn saml_refused(why: &str) {
        invalid_parameter(format!("Error in SAML response processing: {why}"))
    }

    /// Documented.
    pub fn saml_incomplete() {
        invalid_parameter("Invalid samlResponse or relayState from identity provider")
    }

    /// Guessed: the rule is documented.
    pub fn saml_may_not_begin() {
        invalid_parameter("Invalid relayState from identity provider: the provider may not begin")
    }

    /// Guessed: the rule is documented.
    pub fn saml_is_not_alone() {
        invalid_parameter(
            "Invalid relayState from identity provider: the app client has other providers than those of SAML",
        )
    }

    /// Observed.
    pub fn mapped_attributes_missing(names: &[&str]) {
        let lines: String = names
            .iter()
            .map(|name| format!("{name}: The attribute is required\n "))
            .collect();
        invalid_parameter(format!("Invalid user attributes: {lines}")).about_all(names.iter().copied())
    }

    /// Observed.
    pub fn mapped_attribute_immutable(name: &str) {
        invalid_parameter(format!(
            "Invalid user attributes: {name}: Attribute cannot be updated.\n "
        ))
        .about(name)
    }

    /// Documented: a value has at most 2048 characters.
    pub fn mapped_value_too_long(name: &str) {
        invalid_parameter(format!("Invalid user attributes: {name}: The value is too long\n "))
            .about(name)
    }

    /// Observed.
    pub fn federated_name_taken(name: &str) {
        invalid_parameter(format!("Already found an entry for username {name}"))
    }

    /// Cabana only: nobody takes the name that a person of a provider will have.
    pub fn name_is_a_providers(member: &str, name: &str) {
        invalid_parameter(format!("The name {name} is kept for a user of an identity provider"))
            .about(member)
    }

    /// Guessed.
    pub fn federated_name_too_long() {
        invalid_parameter("The user name that the identity provider gives is too long")
    }

    /// Observed.
    pub fn source_has_signed_up() {
        invalid_parameter(
            "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
        )
    }

    /// Observed; also for an identity that is linked to this user already.
    pub fn source_is_local() {
        invalid_parameter(
            "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser",
        )
    }

    /// Guessed.
    pub fn source_is_linked() {
        said(
            K::AliasExistsException,
            "The SourceUser is linked to another user already",
        )
    }

    /// Guessed: the rule is documented.
    pub fn bad_link_attribute(name: &str) {
        invalid_parameter(format!(
            "Invalid ProviderAttributeName: users of this provider can not be linked by {name}"
        ))
    }

    /// Guessed: the limit is documented.
    pub fn too_many_identities(most: usize) {
        said(
            K::LimitExceededException,
            format!("A user can have at most {most} linked identities"),
        )
    }

    /// Guessed: the limit is documented.
    pub fn too_many_link_attributes(most: usize) {
        said(
            K::LimitExceededException,
            format!("Users of a provider can be linked by at most {most} attributes"),
        )
    }

    /// Cabana only: the answer of a provider counts once.
    pub fn federated_answer_used() {
        invalid_parameter("The answer of the identity provider was used before")
    }
}
