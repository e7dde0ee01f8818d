//! A pool's settings: what a request leaves out gets its default, on an update too.

use cabana_model::{
    AdminCreateUserConfigType, AliasAttributeType, CreateUserPoolRequest, DefaultEmailOptionType,
    DeletionProtectionType, EmailConfigurationType, EmailSendingAccountType, LambdaConfigType,
    SignInPolicyType, UpdateUserPoolRequest, UserAttributeUpdateSettingsType, UserPoolMfaType,
    UserPoolPolicyType, UserPoolTierType, UserPoolType, VerificationMessageTemplateType,
};

use super::{levels, recovery, schema, tags, tiers, unbuilt};
use crate::fault::Fault;
use crate::faults;

/// Days a temporary password works where nothing is said.
const TEMPORARY_PASSWORD_DAYS: i32 = 7;

/// What CreateUserPool settles for good: the attributes and the names people sign in with.
///
/// # Errors
/// If the attributes or the kinds of sign-in name contradict each other.
pub fn lasting(wanted: &CreateUserPoolRequest) -> Result<UserPoolType, Fault> {
    let alias_attributes = wanted.alias_attributes.clone().filter(|it| !it.is_empty());
    let username_attributes = wanted
        .username_attributes
        .clone()
        .filter(|it| !it.is_empty());
    if alias_attributes.is_some() && username_attributes.is_some() {
        return Err(faults::aliases_and_username_attributes());
    }
    let schema_attributes = schema::of_new_pool(wanted.schema.as_deref().unwrap_or_default())?;
    let preferred_is_alias = alias_attributes
        .iter()
        .flatten()
        .any(|it| *it == AliasAttributeType::PreferredUsername);
    let preferred_is_required = schema_attributes
        .iter()
        .any(|it| it.name.as_deref() == Some("preferred_username") && it.required == Some(true));
    if preferred_is_alias && preferred_is_required {
        return Err(faults::required_alias());
    }
    Ok(UserPoolType {
        schema_attributes: Some(schema_attributes),
        alias_attributes,
        username_attributes,
        username_configuration: wanted.username_configuration.clone(),
        user_pool_tier: Some(UserPoolTierType::Essentials),
        user_pool_tags: Some(Default::default()),
        ..UserPoolType::default()
    })
}

/// What CreateUserPool has in common with UpdateUserPool.
pub fn changeable(wanted: CreateUserPoolRequest) -> UpdateUserPoolRequest {
    UpdateUserPoolRequest {
        account_recovery_setting: wanted.account_recovery_setting,
        acr_configuration: wanted.acr_configuration,
        admin_create_user_config: wanted.admin_create_user_config,
        auto_verified_attributes: wanted.auto_verified_attributes,
        dcr_configuration: wanted.dcr_configuration,
        deletion_protection: wanted.deletion_protection,
        device_configuration: wanted.device_configuration,
        email_configuration: wanted.email_configuration,
        email_verification_message: wanted.email_verification_message,
        email_verification_subject: wanted.email_verification_subject,
        issuer_configuration: wanted.issuer_configuration,
        key_configuration: wanted.key_configuration,
        lambda_config: wanted.lambda_config,
        mfa_configuration: wanted.mfa_configuration,
        policies: wanted.policies,
        pool_name: Some(wanted.pool_name),
        sms_authentication_message: wanted.sms_authentication_message,
        sms_configuration: wanted.sms_configuration,
        sms_verification_message: wanted.sms_verification_message,
        user_attribute_update_settings: wanted.user_attribute_update_settings,
        user_pool_add_ons: wanted.user_pool_add_ons,
        user_pool_id: String::new(),
        user_pool_tags: wanted.user_pool_tags,
        user_pool_tier: wanted.user_pool_tier,
        verification_message_template: wanted.verification_message_template,
    }
}

/// The settings after an update. Name, tier, tags and client registration stay where the request
/// leaves them out; everything else it leaves out goes back to its default.
///
/// # Errors
/// If a setting breaks a rule or asks for what is not built.
pub fn replaced(
    before: UserPoolType,
    wanted: UpdateUserPoolRequest,
) -> Result<UserPoolType, Fault> {
    unbuilt::refuse(&wanted)?;
    if let Some(tags) = &wanted.user_pool_tags {
        tags::check(tags)?;
    }
    let template = template(&wanted)?;
    let (policies, admin_create_user_config) =
        policies(wanted.policies, wanted.admin_create_user_config);
    let settings = UserPoolType {
        acr_configuration: wanted.acr_configuration.filter(|it| !it.is_empty()),
        account_recovery_setting: Some(recovery::checked(wanted.account_recovery_setting)?),
        admin_create_user_config: Some(admin_create_user_config),
        auto_verified_attributes: wanted.auto_verified_attributes.filter(|it| !it.is_empty()),
        dcr_configuration: wanted.dcr_configuration.or(before.dcr_configuration),
        deletion_protection: Some(
            wanted
                .deletion_protection
                .unwrap_or(DeletionProtectionType::Inactive),
        ),
        device_configuration: None,
        email_configuration: Some(email(wanted.email_configuration)?),
        email_verification_message: template
            .email_message
            .clone()
            .or(wanted.email_verification_message),
        email_verification_subject: template.email_subject.clone(),
        issuer_configuration: wanted.issuer_configuration,
        key_configuration: wanted.key_configuration,
        lambda_config: Some(LambdaConfigType::default()),
        mfa_configuration: Some(wanted.mfa_configuration.unwrap_or(UserPoolMfaType::Off)),
        name: wanted.pool_name.or(before.name),
        policies: Some(policies),
        sms_authentication_message: wanted.sms_authentication_message,
        // Once there, it stays: Cognito never takes the sender of text messages away.
        sms_configuration: wanted.sms_configuration.or(before.sms_configuration),
        sms_verification_message: template.sms_message.clone(),
        user_attribute_update_settings: Some(update_settings(
            wanted.user_attribute_update_settings,
        )),
        user_pool_add_ons: wanted.user_pool_add_ons,
        user_pool_tags: wanted.user_pool_tags.or(before.user_pool_tags),
        user_pool_tier: wanted.user_pool_tier.or(before.user_pool_tier),
        verification_message_template: Some(template),
        ..before
    };
    tiers::check(&settings)?;
    levels::check(&settings)?;
    Ok(settings)
}

/// Policies without gaps. A temporary password's days have two names; the newer one wins and both
/// are shown.
fn policies(
    policies: Option<UserPoolPolicyType>,
    admin: Option<AdminCreateUserConfigType>,
) -> (UserPoolPolicyType, AdminCreateUserConfigType) {
    let policies = policies.unwrap_or_default();
    let mut admin = admin.unwrap_or_default();
    let mut password = policies.password_policy.unwrap_or_default();
    let days = password
        .temporary_password_validity_days
        .or(admin.unused_account_validity_days)
        .unwrap_or(TEMPORARY_PASSWORD_DAYS);
    password.minimum_length.get_or_insert(8);
    password.require_uppercase.get_or_insert(true);
    password.require_lowercase.get_or_insert(true);
    password.require_numbers.get_or_insert(true);
    password.require_symbols.get_or_insert(true);
    password.temporary_password_validity_days = Some(days);
    admin.unused_account_validity_days = Some(days);
    admin.allow_admin_create_user_only.get_or_insert(false);
    let sign_in = SignInPolicyType {
        allowed_first_auth_factors: Some(vec![unbuilt::ONLY_FIRST_FACTOR]),
    };
    (
        UserPoolPolicyType {
            password_policy: Some(password),
            sign_in_policy: Some(sign_in),
        },
        admin,
    )
}

/// The texts of verification messages. They have an older and a newer name; the newer one wins. A
/// template has a text with a code or one with a link.
fn template(wanted: &UpdateUserPoolRequest) -> Result<VerificationMessageTemplateType, Fault> {
    let given = wanted
        .verification_message_template
        .clone()
        .unwrap_or_default();
    let by_link = given.email_message_by_link.is_some();
    if by_link && given.email_message.is_some() {
        return Err(faults::two_texts_of_verification());
    }
    let older = wanted.email_verification_message.as_ref();
    Ok(VerificationMessageTemplateType {
        default_email_option: Some(
            given
                .default_email_option
                .unwrap_or(DefaultEmailOptionType::ConfirmWithCode),
        ),
        email_message: given
            .email_message
            .or_else(|| older.filter(|_| !by_link).cloned()),
        email_subject: given
            .email_subject
            .or_else(|| wanted.email_verification_subject.clone()),
        sms_message: given
            .sms_message
            .or_else(|| wanted.sms_verification_message.clone()),
        ..given
    })
}

fn email(wanted: Option<EmailConfigurationType>) -> Result<EmailConfigurationType, Fault> {
    let mut email = wanted.unwrap_or_default();
    let account = *email
        .email_sending_account
        .get_or_insert(EmailSendingAccountType::CognitoDefault);
    if account == EmailSendingAccountType::Developer && email.source_arn.is_none() {
        return Err(faults::sending_account_without_source());
    }
    Ok(email)
}

fn update_settings(
    wanted: Option<UserAttributeUpdateSettingsType>,
) -> UserAttributeUpdateSettingsType {
    let mut settings = wanted.unwrap_or_default();
    settings
        .attributes_require_verification_before_update
        .get_or_insert_default();
    settings
}
