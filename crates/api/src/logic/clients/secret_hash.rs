//! `SECRET_HASH`: authentication of confidential clients in the API.

use aws_lc_rs::hmac;
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::client::Client;
use subtle::ConstantTimeEq;

use crate::fault::Fault;
use crate::faults;

/// base64(HMAC-SHA256(client secret, user name ‖ client id)).
pub fn compute(secret: &str, username: &str, client_id: &str) -> String {
    let mut context =
        hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    context.update(username.as_bytes());
    context.update(client_id.as_bytes());
    BASE64_STANDARD.encode(context.sign())
}

/// Requires the right hash from a confidential client, over any of `usernames` (a user may sign in with an alias and
/// continue with the real name), and none from a public one.
///
/// # Errors
/// NotAuthorizedException with Cognito's message.
pub fn check(client: &Client, usernames: &[&str], given: Option<&str>) -> Result<(), Fault> {
    let id = client.id.as_str();
    match (client.is_confidential(), given) {
        (false, None) => Ok(()),
        (false, Some(_)) => Err(faults::secret_hash_wrong(id)),
        (true, None) => Err(faults::secret_hash_missing(id)),
        (true, Some(given)) => client
            .secrets
            .iter()
            .flat_map(|secret| {
                usernames
                    .iter()
                    .map(|name| compute(&secret.value, name, id))
            })
            .any(|right| bool::from(right.as_bytes().ct_eq(given.as_bytes())))
            .then_some(())
            .ok_or_else(|| faults::secret_hash_wrong(id)),
    }
}

/// Whether `given` is one of the client's secrets, compared in constant time.
pub fn is_secret(client: &Client, given: &str) -> bool {
    client.secrets.iter().fold(false, |found, secret| {
        found | bool::from(secret.value.as_bytes().ct_eq(given.as_bytes()))
    })
}

/// Requires the plain secret from a confidential client, and none from a public one.
///
/// # Errors
/// `refusal` in every case.
pub fn demand_secret(
    client: &Client,
    given: Option<&str>,
    refusal: fn() -> Fault,
) -> Result<(), Fault> {
    match (client.is_confidential(), given) {
        (false, None) => Ok(()),
        (true, Some(given)) if is_secret(client, given) => Ok(()),
        _ => Err(refusal()),
    }
}
