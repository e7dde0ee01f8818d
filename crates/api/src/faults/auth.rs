//! Faults of sign-in, second factors and tokens.

use cabana_model::{AuthFlowType, ErrorKind as K};

use super::{faults, invalid_parameter, said};

faults! {
    /// Observed for the password flow, guessed for the others.
    pub fn flow_not_enabled(flow: AuthFlowType, admin: bool) {
        match flow {
            _ if admin => invalid_parameter("Auth flow not enabled for this client"),
            AuthFlowType::UserSrpAuth => {
                invalid_parameter("USER_SRP_AUTH is not enabled for the client.")
            }
            other => invalid_parameter(format!(
                "{} flow not enabled for this client",
                other.as_str()
            )),
        }
    }

    /// Observed.
    pub fn flow_not_supported() {
        invalid_parameter("Initiate Auth method not supported.")
    }

    /// Observed, when tokens are refreshed.
    pub fn refresh_secret_hash_wrong(client: &str) {
        said(
            K::NotAuthorizedException,
            format!("SecretHash does not match for the client: {client}"),
        )
    }

    /// Cabana only: the pool's `cabana:srp` tag is `off`.
    pub fn srp_is_off() {
        invalid_parameter("USER_SRP_AUTH is switched off for this user pool.")
    }

    /// Observed.
    pub fn no_challenge_function() {
        invalid_parameter("Custom auth lambda trigger is not configured for the user pool.")
    }

    /// Guessed.
    pub fn invalid_beginning(name: &str) {
        invalid_parameter(format!("Invalid value {name} for CHALLENGE_NAME."))
    }

    /// Guessed.
    pub fn bad_srp_a() {
        invalid_parameter("SRP_A is not a valid value.")
    }

    /// Observed.
    pub fn bad_timestamp() {
        invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
    }

    /// Guessed.
    pub fn no_second_factor() {
        invalid_parameter("A second factor is required and the user has none that can be used.")
    }

    /// Guessed.
    pub fn invalid_choice(answer: &str) {
        invalid_parameter(format!("Invalid answer {answer} for SELECT_MFA_TYPE."))
    }

    /// Guessed.
    pub fn no_such_level() {
        invalid_parameter("TARGET_ACR_VALUES names no authentication level of this user pool.")
    }

    /// Guessed.
    pub fn level_reached() {
        invalid_parameter("The access token already reaches the requested authentication level.")
    }

    /// Guessed.
    pub fn level_out_of_reach() {
        said(
            K::NotAuthorizedException,
            "The user has no factors for the requested authentication level.",
        )
    }

    /// Guessed.
    pub fn bad_max_age() {
        invalid_parameter("MAX_AGE is not a number of seconds.")
    }

    /// Guessed.
    pub fn access_token_of_another() {
        said(
            K::NotAuthorizedException,
            "The access token belongs to another user.",
        )
    }

    /// Guessed.
    pub fn name_too_long() {
        invalid_parameter("USERNAME is too long.")
    }

    /// Guessed.
    pub fn invalid_first_choice(answer: &str) {
        invalid_parameter(format!("Invalid answer {answer} for SELECT_CHALLENGE."))
    }

    /// Observed.
    pub fn totp_mismatch() {
        said(K::CodeMismatchException, "Invalid code received for user")
    }

    /// Observed.
    pub fn totp_reused() {
        said(
            K::ExpiredCodeException,
            "Your software token has already been used once.",
        )
    }

    /// Observed.
    pub fn mfa_code_mismatch() {
        said(
            K::CodeMismatchException,
            "Invalid code or auth state for the user.",
        )
    }

    /// Cabana only.
    pub fn recovery_code_mismatch() {
        said(K::CodeMismatchException, "Invalid recovery code.")
    }

    /// Observed.
    pub fn attribute_already_provided(name: &str) {
        said(
            K::NotAuthorizedException,
            format!("Cannot modify an already provided {name}"),
        )
    }

    /// Observed.
    pub fn flag_in_challenge(name: &str) {
        invalid_parameter(format!("Cannot modify the non-mutable attribute {name}")).about(name)
    }

    /// Guessed.
    pub fn factor_in_challenge(name: &str) {
        said(
            K::NotAuthorizedException,
            format!("Cannot add {name} before a second factor has been presented"),
        )
    }

    /// Observed.
    pub fn attribute_missing(name: &str) {
        invalid_parameter(format!("Invalid attributes given, {name} is missing")).about(name)
    }

    /// Observed.
    pub fn totp_set_up_mismatch() {
        said(
            K::EnableSoftwareTokenMFAException,
            "Code mismatch and fail enable Software Token MFA",
        )
    }

    /// Observed.
    pub fn totp_not_offered() {
        said(
            K::SoftwareTokenMFANotFoundException,
            "Software Token MFA has not been enabled by the userPool",
        )
    }

    /// Observed.
    pub fn totp_not_verified() {
        invalid_parameter("User has not verified software token mfa")
    }

    /// Observed for SMS_MFA, guessed for the others.
    pub fn factor_not_deliverable(factor: &str) {
        invalid_parameter(format!(
            "User does not have delivery config set to turn on {factor}"
        ))
    }

    /// Guessed.
    pub fn invalid_mfa_option() {
        invalid_parameter("MFAOptions: the delivery medium does not reach the attribute.")
    }

    /// Guessed.
    pub fn two_preferred() {
        invalid_parameter("Only one MFA method can be preferred.")
    }

    /// Guessed.
    pub fn preferred_but_off() {
        invalid_parameter("An MFA method that is not enabled can not be preferred.")
    }

    /// Guessed.
    pub fn token_or_session() {
        invalid_parameter("Exactly one of AccessToken and Session is required.")
    }

    /// Documented: the token after its grace period.
    pub fn refresh_token_reused() {
        said(
            K::RefreshTokenReuseException,
            "Refresh token has been used already",
        )
    }

    /// Guessed.
    pub fn rotation_instead() {
        invalid_parameter(
            "REFRESH_TOKEN_AUTH is not available for a client with refresh token rotation; use GetTokensFromRefreshToken.",
        )
    }

    /// Documented kind.
    pub fn not_a_refresh_token() {
        said(
            K::UnsupportedTokenTypeException,
            "Only a refresh token can be revoked",
        )
    }

    /// Documented kind.
    pub fn revocation_off() {
        said(
            K::UnsupportedOperationException,
            "Token revocation is not enabled for this client",
        )
    }

    /// Documented kind.
    pub fn client_not_proven() {
        said(K::UnauthorizedException, "Invalid client or client secret")
    }

    /// The same for operations without UnauthorizedException in the model.
    pub fn client_secret_wrong() {
        said(K::NotAuthorizedException, "Invalid client or client secret")
    }

    /// Guessed: the rule is documented.
    pub fn client_token_not_allowed() {
        said(
            K::NotAuthorizedException,
            "ALLOW_CLIENT_TOKEN_AUTH is not enabled for this client.",
        )
    }

    /// Guessed.
    pub fn client_credentials_not_allowed() {
        said(
            K::NotAuthorizedException,
            "The client is not allowed the client_credentials grant.",
        )
    }

    /// Guessed: the model lists no ScopeDoesNotExistException for GetClientToken.
    pub fn scope_not_on_client(scope: &str) {
        invalid_parameter(format!("Invalid scope requested: {scope}"))
    }

    /// Guessed.
    pub fn scope_not_allowed(scope: &str) {
        said(
            K::ScopeDoesNotExistException,
            format!("Invalid scope requested: {scope}"),
        )
    }
}
