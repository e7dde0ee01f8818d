//! Changes of some settings that keep the others. The Update operations reset many members that a request leaves out,
//! so every change starts from the described settings.

use cabana_api::Fault;
use cabana_api::logic::described::same;
use cabana_model::{
    DescribeUserPoolClientRequest, DescribeUserPoolRequest, UpdateUserPoolClientRequest,
    UpdateUserPoolRequest, UserPoolClientType, UserPoolType, op,
};

use crate::desk::Desk;
use crate::halt::Halt;

/// Builds a request that would change nothing about a pool.
///
/// # Errors
/// If the description does not fit the request, which the model rules out.
pub fn request_of_pool(pool: &UserPoolType) -> Result<UpdateUserPoolRequest, Fault> {
    let mut input: UpdateUserPoolRequest = same(pool)?;
    input.user_pool_id = pool.id.clone().unwrap_or_default();
    input.pool_name.clone_from(&pool.name);
    // The description has both members for the validity of temporary passwords; a request may have only one.
    if let Some(admin) = &mut input.admin_create_user_config {
        admin.unused_account_validity_days = None;
    }
    Ok(input)
}

/// Builds a request that would change nothing about a client.
///
/// # Errors
/// If the description does not fit the request, which the model rules out.
pub fn request_of_client(
    client: &UserPoolClientType,
) -> Result<UpdateUserPoolClientRequest, Fault> {
    same(client)
}

/// Changes a pool.
///
/// # Errors
/// The fault of DescribeUserPool or UpdateUserPool.
pub async fn update_pool(
    desk: &Desk,
    id: &str,
    change: impl FnOnce(&mut UpdateUserPoolRequest),
) -> Result<(), Fault> {
    let pool = DescribeUserPoolRequest {
        user_pool_id: id.to_owned(),
    };
    let described = desk.call::<op::DescribeUserPool>(&pool).await?;
    let mut input = request_of_pool(&described.user_pool.unwrap_or_default())?;
    change(&mut input);
    desk.call::<op::UpdateUserPool>(&input).await.map(drop)
}

/// Calls DescribeUserPoolClient, and hides the secret from read-only operators.
///
/// # Errors
/// If there is no such client.
pub async fn client(desk: &Desk, pool: &str, id: &str) -> Result<UserPoolClientType, Halt> {
    let input = DescribeUserPoolClientRequest {
        user_pool_id: pool.to_owned(),
        client_id: id.into(),
    };
    let described = desk.call::<op::DescribeUserPoolClient>(&input).await?;
    let gone = || Halt::not_found("There is no such app client.");
    let mut client = described.user_pool_client.ok_or_else(gone)?;
    if desk.operator.read_only && client.client_secret.is_some() {
        client.client_secret = Some(String::new().into());
    }
    Ok(client)
}

#[cfg(test)]
mod tests {
    use cabana_model::{
        AdminCreateUserConfigType, RefreshTokenRotationType, VerificationMessageTemplateType,
    };

    use super::*;

    #[test]
    fn a_pool_sent_back_keeps_its_settings_under_the_names_a_request_may_use() {
        let pool = UserPoolType {
            id: Some("us-east-1_abc".to_owned()),
            name: Some("Pool".to_owned()),
            sms_authentication_message: Some("{####}".to_owned()),
            admin_create_user_config: Some(AdminCreateUserConfigType {
                allow_admin_create_user_only: Some(true),
                unused_account_validity_days: Some(7),
                ..Default::default()
            }),
            verification_message_template: Some(VerificationMessageTemplateType {
                email_message: Some("code {####}".to_owned()),
                email_message_by_link: Some("{##here##}".to_owned()),
                ..Default::default()
            }),
            ..UserPoolType::default()
        };
        let input = request_of_pool(&pool).unwrap();
        assert_eq!(input.user_pool_id, "us-east-1_abc");
        assert_eq!(input.pool_name.as_deref(), Some("Pool"));
        assert_eq!(input.sms_authentication_message.as_deref(), Some("{####}"));
        let admin = input.admin_create_user_config.unwrap();
        assert_eq!(admin.allow_admin_create_user_only, Some(true));
        assert_eq!(admin.unused_account_validity_days, None);
        let template = input.verification_message_template.unwrap();
        assert_eq!(template.email_message.as_deref(), Some("code {####}"));
        assert_eq!(
            template.email_message_by_link.as_deref(),
            Some("{##here##}")
        );
    }

    #[test]
    fn a_client_sent_back_keeps_its_settings() {
        let client = UserPoolClientType {
            client_id: Some("id".into()),
            user_pool_id: Some("us-east-1_abc".to_owned()),
            client_secret: Some("hidden".into()),
            callback_urls: Some(vec!["https://a.example".to_owned()]),
            refresh_token_rotation: Some(RefreshTokenRotationType {
                retry_grace_period_seconds: Some(10),
                ..Default::default()
            }),
            ..UserPoolClientType::default()
        };
        let input = request_of_client(&client).unwrap();
        assert_eq!(input.client_id.expose(), "id");
        assert_eq!(input.user_pool_id, "us-east-1_abc");
        assert_eq!(input.callback_urls, client.callback_urls);
        assert_eq!(input.refresh_token_rotation, client.refresh_token_rotation);
    }
}
