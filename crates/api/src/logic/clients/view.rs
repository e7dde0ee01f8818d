//! App clients in replies.

use cabana_domain::client::Client;
use cabana_model::UserPoolClientType;

/// A client as DescribeUserPoolClient shows it: its lists in order.
pub fn describe(client: &Client) -> UserPoolClientType {
    let mut shown = as_sent(client);
    for list in [
        &mut shown.allowed_oauth_scopes,
        &mut shown.callback_urls,
        &mut shown.logout_urls,
        &mut shown.read_attributes,
        &mut shown.supported_identity_providers,
        &mut shown.write_attributes,
    ] {
        list.iter_mut().for_each(|it| it.sort());
    }
    let flows = shown.explicit_auth_flows.iter_mut();
    flows.for_each(|it| it.sort_by_key(|flow| flow.as_str()));
    let grants = shown.allowed_oauth_flows.iter_mut();
    grants.for_each(|it| it.sort_by_key(|grant| grant.as_str()));
    shown
}

/// A client as the operations that create or update it return it, with its oldest secret.
pub fn as_sent(client: &Client) -> UserPoolClientType {
    UserPoolClientType {
        client_id: Some(client.id.as_str().into()),
        user_pool_id: Some(client.pool.to_string()),
        client_secret: client.secrets.first().map(|it| it.value.clone()),
        creation_date: Some(client.created.into()),
        last_modified_date: Some(client.modified.into()),
        ..client.settings.clone()
    }
}
