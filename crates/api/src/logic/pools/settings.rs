//! A pool's settings: the defaults of a new pool, and what an update changes, keeps and resets.

use cabana_model::{
    AliasAttributeType, CreateUserPoolRequest, DefaultEmailOptionType, DeletionProtectionType,
    DeviceConfigurationType, EmailConfigurationType, EmailSendingAccountType,
    UpdateUserPoolRequest, UserAttributeUpdateSettingsType, UserPoolMfaType, UserPoolTierType,
    UserPoolType, VerificationMessageTemplateType, VerifiedAttributeType,
};

use super::{first_factors, functions, levels, policies, recovery, schema, tags, tiers, unbuilt};
use crate::fault::Fault;
use crate::faults;

/// The settings that only CreateUserPool can set: the attributes and the sign-in names.
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
        user_pool_tags: Some(Default::default()),
        ..UserPoolType::default()
    })
}

/// The part that CreateUserPool shares with UpdateUserPool.
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

/// The settings after an update. Most members that a request omits are kept (or get their default, in a new pool);
/// those that Cognito resets return to their default: verified attributes, triggers, add-ons, who may sign up,
/// remembered devices and every text. [`UpdateUserPoolRequest`]'s members are all named here, so that a new one
/// cannot be overlooked.
///
/// # Errors
/// If a setting breaks a rule or asks for a feature that is not built.
pub fn updated(before: UserPoolType, wanted: UpdateUserPoolRequest) -> Result<UserPoolType, Fault> {
    unbuilt::refuse(&wanted)?;
    let tier_before = before.user_pool_tier;
    let UpdateUserPoolRequest {
        account_recovery_setting,
        acr_configuration,
        admin_create_user_config,
        auto_verified_attributes,
        dcr_configuration,
        deletion_protection,
        device_configuration,
        email_configuration,
        email_verification_message,
        email_verification_subject,
        issuer_configuration,
        key_configuration,
        lambda_config,
        mfa_configuration,
        policies,
        pool_name,
        sms_authentication_message,
        sms_configuration,
        sms_verification_message,
        user_attribute_update_settings,
        user_pool_add_ons,
        user_pool_id: _,
        user_pool_tags,
        user_pool_tier,
        verification_message_template,
    } = wanted;
    if let Some(tags) = &user_pool_tags {
        tags::check(tags)?;
    }
    let template = template(
        verification_message_template.unwrap_or_default(),
        email_verification_message,
        email_verification_subject,
        sms_verification_message,
    );
    let (policies, admin_create_user_config) =
        policies::updated(before.policies, policies, admin_create_user_config)?;
    let settings = UserPoolType {
        acr_configuration: acr_configuration
            .or(before.acr_configuration)
            .filter(|it| !it.is_empty()),
        account_recovery_setting: Some(match account_recovery_setting {
            Some(given) => recovery::checked(given)?,
            None => before
                .account_recovery_setting
                .unwrap_or_else(recovery::by_default),
        }),
        admin_create_user_config: Some(admin_create_user_config),
        user_attribute_update_settings: Some(update_settings(
            user_attribute_update_settings.or(before.user_attribute_update_settings),
            auto_verified_attributes.as_deref().unwrap_or_default(),
        )?),
        auto_verified_attributes: auto_verified_attributes.filter(|it| !it.is_empty()),
        dcr_configuration: dcr_configuration.or(before.dcr_configuration),
        deletion_protection: Some(
            deletion_protection
                .or(before.deletion_protection)
                .unwrap_or(DeletionProtectionType::Inactive),
        ),
        device_configuration: device_configuration.and_then(devices),
        email_configuration: Some(email(email_configuration.or(before.email_configuration))?),
        email_verification_message: template.email_message.clone(),
        email_verification_subject: template.email_subject.clone(),
        issuer_configuration: issuer_configuration.or(before.issuer_configuration),
        key_configuration: key_configuration.or(before.key_configuration),
        lambda_config: Some(functions::checked(lambda_config.unwrap_or_default())?),
        mfa_configuration: Some(
            mfa_configuration
                .or(before.mfa_configuration)
                .unwrap_or(UserPoolMfaType::Off),
        ),
        name: pool_name.or(before.name),
        policies: Some(policies),
        sms_authentication_message,
        sms_configuration: sms_configuration.or(before.sms_configuration),
        sms_verification_message: template.sms_message.clone(),
        user_pool_add_ons,
        user_pool_tags: user_pool_tags.or(before.user_pool_tags),
        user_pool_tier: user_pool_tier
            .or(tier_before)
            .or(Some(UserPoolTierType::Essentials)),
        verification_message_template: Some(template),
        ..before
    };
    tiers::check(&settings, tier_before)?;
    levels::check(&settings, tier_before)?;
    first_factors::check(&settings, tier_before)?;
    Ok(settings)
}

/// The texts of verification messages. Three of them have a legacy member beside the template; the template's wins,
/// and both are returned.
fn template(
    given: VerificationMessageTemplateType,
    email_message: Option<String>,
    email_subject: Option<String>,
    sms_message: Option<String>,
) -> VerificationMessageTemplateType {
    VerificationMessageTemplateType {
        default_email_option: Some(
            given
                .default_email_option
                .unwrap_or(DefaultEmailOptionType::ConfirmWithCode),
        ),
        email_message: given.email_message.or(email_message),
        email_subject: given.email_subject.or(email_subject),
        sms_message: given.sms_message.or(sms_message),
        ..given
    }
}

/// A value for either member tracks devices, `false` as well; the other is off.
fn devices(given: DeviceConfigurationType) -> Option<DeviceConfigurationType> {
    let challenge = given.challenge_required_on_new_device;
    let prompt = given.device_only_remembered_on_user_prompt;
    (challenge.is_some() || prompt.is_some()).then(|| DeviceConfigurationType {
        challenge_required_on_new_device: challenge.or(Some(false)),
        device_only_remembered_on_user_prompt: prompt.or(Some(false)),
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

/// The attributes whose change awaits verification: only those that the pool verifies automatically.
fn update_settings(
    wanted: Option<UserAttributeUpdateSettingsType>,
    verified: &[VerifiedAttributeType],
) -> Result<UserAttributeUpdateSettingsType, Fault> {
    let mut settings = wanted.unwrap_or_default();
    let waiting = settings
        .attributes_require_verification_before_update
        .get_or_insert_default();
    if waiting.iter().any(|it| !verified.contains(it)) {
        return Err(faults::waits_for_no_verification());
    }
    Ok(settings)
}
