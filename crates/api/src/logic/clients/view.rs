//! How a client is shown.

use cabana_domain::client::Client;
use cabana_model::UserPoolClientType;

/// A client as DescribeUserPoolClient shows it, with its oldest secret.
pub fn describe(client: &Client) -> UserPoolClientType {
    UserPoolClientType {
        client_id: Some(client.id.as_str().into()),
        user_pool_id: Some(client.pool.to_string()),
        client_secret: client.secrets.first().map(|it| it.value.clone()),
        creation_date: Some(client.created.into()),
        last_modified_date: Some(client.modified.into()),
        ..client.settings.clone()
    }
}
