//! User pools in replies.

use cabana_domain::PoolId;
use cabana_domain::pool::Pool;
use cabana_model::{
    EncryptionKeyType, IssuerConfigurationType, IssuerType, KeyConfigurationType, UserPoolType,
};

use super::levels;
use crate::Settings;
use crate::cx::Cx;
use crate::fault::Fault;

/// A pool's ARN. Its region is the one that the pool was created in.
pub fn arn(settings: &Settings, pool: &PoolId) -> String {
    arn_of(settings, pool, &format!("userpool/{pool}"))
}

/// The ARN of a resource in the region of a pool.
pub fn arn_of(settings: &Settings, pool: &PoolId, resource: &str) -> String {
    let region = pool.region().unwrap_or(&settings.region);
    format!(
        "arn:aws:cognito-idp:{region}:{}:{resource}",
        settings.account_id
    )
}

/// A pool as DescribeUserPool shows it.
///
/// # Errors
/// A failure of the store.
pub async fn describe(cx: &Cx<'_>, pool: &Pool) -> Result<UserPoolType, Fault> {
    let domains = cx.store().domains_of(&pool.id).await?;
    let named = |custom| {
        domains
            .iter()
            .find(|it| it.is_custom() == custom)
            .map(|it| it.name.clone())
    };
    let issuer = pool.settings.issuer_configuration.as_ref();
    let issuer = issuer.and_then(|it| it.r#type);
    let own_levels = pool.settings.acr_configuration.as_ref();
    let users = cx.store().count_users(&pool.id).await?;
    Ok(UserPoolType {
        id: Some(pool.id.to_string()),
        arn: Some(arn(&cx.api.settings, &pool.id)),
        domain: named(false),
        custom_domain: named(true),
        acr_configuration: own_levels.map(|own| levels::effective(Some(own))),
        issuer_configuration: Some(IssuerConfigurationType {
            r#type: Some(issuer.unwrap_or(IssuerType::Original)),
        }),
        key_configuration: Some(KeyConfigurationType {
            key_type: Some(EncryptionKeyType::AwsOwnedKey),
            kms_key_arn: None,
        }),
        estimated_number_of_users: Some(i32::try_from(users).unwrap_or(i32::MAX)),
        creation_date: Some(pool.created.into()),
        last_modified_date: Some(pool.modified.into()),
        ..pool.settings.clone()
    })
}
