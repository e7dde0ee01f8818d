//! Faults of pools, clients, domains, resource servers, tags, and lists.

use cabana_model::{ErrorKind as K, UserPoolMfaType};

use super::{faults, invalid_parameter, said};

faults! {
    /// Guessed: a paging token that is damaged, expired or from another request.
    pub fn bad_paging_token() {
        invalid_parameter("Invalid pagination token given.")
    }

    // --- settings of pools ---

    /// Observed.
    pub fn aliases_and_username_attributes() {
        invalid_parameter(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        )
    }

    /// Guessed.
    pub fn required_alias() {
        invalid_parameter("preferred_username can not be both an alias and a required attribute.")
    }

    /// Guessed.
    pub fn sending_account_without_source() {
        invalid_parameter("SourceArn is required when EmailSendingAccount is DEVELOPER.")
    }

    /// Observed.
    pub fn two_lives_of_temporary_passwords() {
        invalid_parameter(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        )
    }

    /// Guessed.
    pub fn recovery_repeats() {
        invalid_parameter("Each recovery mechanism must have a name and a priority of its own.")
    }

    /// Guessed: the rule is documented.
    pub fn mail_is_factor_and_recovery() {
        invalid_parameter(
            "EmailMfaConfiguration can not be combined with verified_email as the only recovery mechanism.",
        )
    }

    /// Guessed.
    pub fn recovery_admin_only() {
        invalid_parameter("The recovery mechanism admin_only can not be combined with another one.")
    }

    /// Observed.
    pub fn mfa_without_sms() {
        invalid_parameter(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        )
    }

    /// Observed, for an update that requires a second factor while none is offered.
    pub fn mfa_turned_on_late() {
        invalid_parameter("Cannot turn MFA functionality ON, once the user pool has been created.")
    }

    /// Observed, both.
    pub fn mfa_without_factor(mode: UserPoolMfaType) {
        invalid_parameter(match mode {
            UserPoolMfaType::On => {
                "Invalid MFA configuration given, can't disable all MFAs and require MFA."
            }
            UserPoolMfaType::Off | UserPoolMfaType::Optional => {
                "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."
            }
        })
    }

    /// Observed.
    pub fn mfa_with_passkeys_only() {
        invalid_parameter(
            "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
        )
    }

    /// Observed, for SetUserPoolMfaConfig.
    pub fn single_factor_passkeys() {
        invalid_parameter(
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed \
             first auth factor",
        )
    }

    /// Observed, for UpdateUserPool.
    pub fn passkeys_beside_required_mfa() {
        invalid_parameter(
            "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA",
        )
    }

    /// Observed.
    pub fn email_mfa_without_sender() {
        invalid_parameter(
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of \
             COGNITO_DEFAULT",
        )
    }

    /// Cabana only: the pool has a sender of its own, but the server has no transport.
    pub fn email_mfa_without_transport() {
        invalid_parameter(
            "Cannot set EmailMfaConfiguration: this server has no transport for EMAIL messages.",
        )
    }

    /// Observed.
    pub fn waits_for_no_verification() {
        invalid_parameter(
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        )
    }

    /// Observed.
    pub fn password_is_no_first_factor() {
        invalid_parameter("Password should be configured as one of the allowed first auth factors.")
    }

    /// Guessed: the rule is observed.
    pub fn totp_is_no_first_factor() {
        invalid_parameter("SOFTWARE_TOKEN can not be configured as AuthFactor")
    }

    /// Observed.
    pub fn first_factor_without_sms() {
        invalid_parameter(
            "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration",
        )
    }

    /// Observed.
    pub fn code_with_required_mfa() {
        invalid_parameter(
            "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
        )
    }

    /// Observed.
    pub fn mfa_off_with_factor() {
        invalid_parameter(
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        )
    }

    /// Guessed.
    pub fn sms_mfa_without_configuration() {
        invalid_parameter("SmsConfiguration is required for SmsMfaConfiguration.")
    }

    /// Observed.
    pub fn pool_protected() {
        invalid_parameter(
            "The user pool cannot be deleted because deletion protection is activated. \
             Deletion protection must be inactivated first.",
        )
    }

    /// Observed.
    pub fn pool_has_domain() {
        invalid_parameter(
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        )
    }

    /// Guessed: the kind is documented.
    pub fn not_in_tier(feature: &str) {
        said(
            K::FeatureUnavailableInTierException,
            format!("{feature} is not available in the LITE tier of this user pool."),
        )
    }

    /// Guessed: the kind is documented.
    pub fn tier_change_not_allowed(feature: &str) {
        said(
            K::TierChangeNotAllowedException,
            format!(
                "The tier can not change to LITE while this user pool uses a feature it lacks: {feature}."
            ),
        )
    }

    /// Guessed: the rule is documented.
    pub fn level_name_taken(name: &str) {
        invalid_parameter(format!(
            "The AcrValue {name} belongs to another authentication level."
        ))
    }

    // --- attributes ---

    /// Guessed.
    pub fn attribute_without_name() {
        invalid_parameter("Schema attribute has no name.")
    }

    /// Observed.
    pub fn attribute_without_type() {
        invalid_parameter(
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        )
    }

    /// Observed.
    pub fn attribute_exists(name: &str) {
        invalid_parameter(format!(
            "{name}: Existing attribute already has name {name}."
        ))
    }

    /// Observed.
    pub fn required_custom_attribute() {
        invalid_parameter("Required custom attributes are not supported currently.")
    }

    /// Guessed.
    pub fn too_many_attributes() {
        invalid_parameter("A user pool can have at most 50 custom attributes.")
    }

    /// Observed.
    pub fn standard_attribute_fixed(name: &str) {
        invalid_parameter(format!(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
        ))
    }

    /// Observed.
    pub fn bad_string_constraints(name: &str) {
        invalid_parameter(format!(
            "Invalid StringAttributeConstraints for schema attribute {name}"
        ))
    }

    /// Observed.
    pub fn bad_number_constraints(name: &str) {
        invalid_parameter(format!(
            "Invalid NumberAttributeConstraints for schema attribute {name}"
        ))
    }

    /// Observed.
    pub fn string_constraint_too_long(name: &str) {
        invalid_parameter(format!(
            "user.{name}: String attributes cannot have a length of more than 2048"
        ))
    }

    /// Observed.
    pub fn lengths_crossed(name: &str) {
        invalid_parameter(format!(
            "user.{name}: Max length cannot be less than min length."
        ))
    }

    /// Observed.
    pub fn values_crossed(name: &str) {
        invalid_parameter(format!(
            "user.{name}: Max value cannot be less than min value."
        ))
    }

    // --- tags ---

    /// Guessed.
    pub fn too_many_tags() {
        invalid_parameter("A user pool can have at most 50 tags.")
    }

    /// Guessed.
    pub fn reserved_tag() {
        invalid_parameter("Tag keys beginning with aws: are reserved for system use.")
    }

    /// Cabana only: a `cabana:` tag must be a known one.
    pub fn unknown_cabana_tag(name: &str) {
        invalid_parameter(format!(
            "The tag {name} is unknown. Known are cabana:dialect, cabana:issuer, cabana:sign-up-domains and \
             cabana:srp."
        ))
    }

    /// Cabana only.
    pub fn tag_value(name: &str, wanted: &str) {
        invalid_parameter(format!("The tag {name} must be {wanted}.")).about(name)
    }

    /// Guessed.
    pub fn not_a_pool_arn() {
        invalid_parameter("ResourceArn is not the ARN of a user pool.")
    }

    // --- domains ---

    /// Observed.
    pub fn reserved_word(word: &str) {
        invalid_parameter(format!("Domain cannot contain reserved word: {word}"))
    }

    /// Guessed.
    pub fn domain_exists() {
        invalid_parameter("Domain already exists.")
    }

    /// Guessed.
    pub fn domain_of_another_pool() {
        invalid_parameter("Domain already associated with another user pool.")
    }

    /// Guessed.
    pub fn pool_has_such_domain() {
        invalid_parameter("User pool already has a domain configured.")
    }

    /// Guessed.
    pub fn no_such_domain() {
        invalid_parameter("No such domain or user pool exists.")
    }

    /// Guessed: the validator has refused everything but this already.
    pub fn not_a_domain_prefix() {
        invalid_parameter("Domain is not a valid prefix.")
    }

    /// Guessed.
    pub fn not_a_custom_domain() {
        invalid_parameter("CustomDomainConfig can only be set for a custom domain.")
    }

    /// Observed, for an update without CustomDomainConfig.
    pub fn custom_domain_to_prefix() {
        invalid_parameter("Cannot convert custom domain to prefix domain.")
    }

    /// Guessed.
    pub fn custom_domain_without_configuration() {
        invalid_parameter("CustomDomainConfig is required for a custom domain.")
    }

    /// Observed, for a name that is not a subdomain.
    pub fn not_a_host_name() {
        invalid_parameter("Custom domain is not a valid subdomain.")
    }

    /// Cabana only: the server's own name serves the API and the console.
    pub fn domain_is_the_servers() {
        invalid_parameter(
            "Custom domain can not be the server's own name or a name under its prefix domains.",
        )
    }

    /// Guessed.
    pub fn bad_login_version() {
        invalid_parameter("ManagedLoginVersion must be 1 or 2.")
    }

    // --- resource servers ---

    /// Observed.
    pub fn resource_server_exists(identifier: &str, pool: &str) {
        invalid_parameter(format!("{identifier} already exists in user pool {pool}."))
    }

    /// Observed.
    pub fn no_such_resource_server(identifier: &str) {
        said(
            K::ResourceNotFoundException,
            format!("Resource server {identifier} does not exist."),
        )
    }

    /// Guessed.
    pub fn scope_repeats(name: &str) {
        invalid_parameter(format!("Duplicate scope name: {name}"))
    }
}
