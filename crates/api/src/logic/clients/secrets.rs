//! A client's secrets: none, one, or two during a rotation.

use cabana_domain::client::ClientSecret;
use cabana_domain::{ClientId, ids};
use cabana_model::{ClientSecretDescriptorType, Secret};

use crate::cx::Cx;
use crate::fault::Fault;

/// Makes a secret with the given value or a random one. Its identifier differs from those of `others`.
///
/// # Errors
/// If the system has no randomness.
pub fn new(
    cx: &Cx<'_>,
    client: &ClientId,
    value: Option<Secret>,
    others: &[ClientSecret],
) -> Result<ClientSecret, Fault> {
    let value = match value {
        Some(value) => value,
        None => ids::client_secret(cx.random()?).into(),
    };
    // Two secrets made within one second would share an identifier: the later one gets the next second's.
    let mut second = cx.now().seconds();
    let id = |second: i64| format!("{client}--{second}");
    while others.iter().any(|it| it.id == id(second)) {
        second += 1;
    }
    Ok(ClientSecret {
        id: id(second),
        value,
        created: cx.now(),
    })
}

/// A secret in a list: without its value.
pub fn describe(secret: &ClientSecret) -> ClientSecretDescriptorType {
    ClientSecretDescriptorType {
        client_secret_id: Some(secret.id.clone()),
        client_secret_value: None,
        client_secret_create_date: Some(secret.created.into()),
    }
}
