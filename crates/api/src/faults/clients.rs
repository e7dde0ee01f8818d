//! Faults of app clients.

use cabana_model::ErrorKind as K;

use super::{Words, faults, invalid_parameter, said};
use crate::logic::clients::settings::Verb;

faults! {
    /// Guessed.
    pub fn mixed_auth_flows() {
        invalid_parameter("ExplicitAuthFlows can not mix flows with and without the ALLOW_ prefix.")
    }

    /// Guessed.
    pub fn rotation_with_refresh_flow() {
        invalid_parameter(
            "Refresh token rotation can not be enabled together with ALLOW_REFRESH_TOKEN_AUTH.",
        )
    }

    /// Guessed: the rule is documented.
    pub fn client_token_flow_not_alone() {
        invalid_parameter("ALLOW_CLIENT_TOKEN_AUTH must be the only one of ExplicitAuthFlows.")
    }

    /// Guessed: the rule is documented.
    pub fn client_token_flow_without_secret() {
        invalid_parameter("ALLOW_CLIENT_TOKEN_AUTH requires a client secret.")
    }

    /// Guessed.
    pub fn token_validity_range() {
        invalid_parameter("Invalid range for token validity.")
    }

    /// Guessed.
    pub fn refresh_validity_too_short() {
        invalid_parameter(
            "Refresh token validity must not be shorter than access and ID token validity.",
        )
    }

    /// Guessed.
    pub fn generated_and_given_secret() {
        invalid_parameter("GenerateSecret and ClientSecret can not be used together.")
    }

    /// Guessed.
    pub fn propagation_without_secret() {
        invalid_parameter("EnablePropagateAdditionalUserContextData requires a client secret.")
    }

    /// Guessed.
    pub fn oauth_settings_missing() {
        invalid_parameter(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        )
    }

    /// Guessed.
    pub fn client_credentials_not_alone() {
        said(
            K::InvalidOAuthFlowException,
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        )
    }

    /// Guessed.
    pub fn client_credentials_without_secret() {
        said(
            K::InvalidOAuthFlowException,
            "client_credentials flow can not be selected if client does not have a client secret.",
        )
    }

    /// Guessed.
    pub fn client_credentials_scope(scope: &str) {
        said(
            K::InvalidOAuthFlowException,
            format!(
                "{scope} can not be used with the client_credentials flow, only scopes of resource servers."
            ),
        )
    }

    /// Guessed: the rule is documented.
    pub fn scope_without_openid(scope: &str) {
        invalid_parameter(format!("The scope {scope} requires the scope openid."))
    }

    /// Guessed.
    pub fn callback_missing() {
        invalid_parameter("CallbackURLs are required for the code flow and the implicit flow.")
    }

    /// Guessed.
    pub fn unknown_scope(scope: &str) {
        said(
            K::ScopeDoesNotExistException,
            format!("Invalid scope requested: {scope}"),
        )
    }

    /// Guessed.
    pub fn http_url(url: &str) {
        invalid_parameter(format!(
            "{url} is not allowed. Cannot use the HTTP protocol."
        ))
        .about(url)
    }

    /// Guessed.
    pub fn bad_redirect_url(url: &str, why: &str) {
        invalid_parameter(format!("{url} is not allowed: {why}.")).about(url)
    }

    /// Guessed.
    pub fn default_redirect_not_listed() {
        invalid_parameter("DefaultRedirectURI must be one of CallbackURLs.")
    }

    /// Guessed.
    pub fn no_such_provider(name: &str, pool: &str) {
        invalid_parameter(format!(
            "The provider {name} does not exist for User Pool {pool}."
        ))
    }

    /// Observed, except for `read` on creation.
    pub fn bad_read_attributes(verb: Verb) {
        bad_attributes("read", verb)
    }

    /// Observed, except for `write` on creation.
    pub fn bad_write_attributes(verb: Verb) {
        bad_attributes("write", verb)
    }

    // --- secrets ---

    /// Guessed.
    pub fn public_client_secret() {
        invalid_parameter("A secret can be added only to a client that has one.")
    }

    /// Guessed.
    pub fn too_many_secrets() {
        said(
            K::LimitExceededException,
            "A client can have at most two secrets.",
        )
    }

    /// Guessed.
    pub fn no_such_secret(id: &str) {
        said(
            K::ResourceNotFoundException,
            format!("Client secret {id} does not exist."),
        )
    }

    /// Guessed.
    pub fn last_secret() {
        invalid_parameter("The last secret of a client can not be deleted.")
    }
}

fn bad_attributes(which: &str, verb: Verb) -> Words {
    let verb = match verb {
        Verb::Creating => "creating",
        Verb::Updating => "updating",
    };
    invalid_parameter(format!(
        "Invalid {which} attributes specified while {verb} a client"
    ))
}
