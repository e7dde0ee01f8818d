//! The answer of a provider.

use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_federation::oidc::ProviderTokens;
use cabana_federation::saml::{self, Answer, Assertion, Expected, Metadata, SpKey};
use serde_json::Value;

use super::super::answer::{Person, Told};
use super::{ENCRYPTED, entity_id, is_on, metadata};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;

/// An answer, as a browser brings it.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// `SAMLResponse`.
    pub posted: &'a str,
    /// The addresses at which it came, one of which it has to name.
    pub recipients: &'a [&'a str],
    /// The ID of our request; `None` if the provider began.
    pub in_response_to: Option<&'a str>,
}

/// Judges an answer: the assertion, if the provider has signed it for us, now, in answer to this request.
///
/// # Errors
/// Why it is refused; what the provider says if it refuses.
pub async fn judge(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    incoming: Incoming<'_>,
) -> Result<Assertion, Fault> {
    let key = cx.store().saml_key(&pool.id).await?;
    let audience = entity_id(pool);
    let judged = |metadata: &Metadata| {
        let expected = Expected {
            provider: metadata,
            audience: &audience,
            recipients: incoming.recipients,
            in_response_to: incoming.in_response_to,
            now: cx.now(),
            key: key.as_ref().map(|it| SpKey { pkcs8: &it.pkcs8 }),
            encrypted: is_on(provider, ENCRYPTED),
        };
        saml::judge(incoming.posted, &expected)
    };
    match metadata::judged(cx, provider, judged).await? {
        Ok(Answer::Person(assertion)) => Ok(*assertion),
        Ok(Answer::Refused { status, message }) => {
            let said = match message {
                Some(message) => format!("{status}: {message}"),
                None => status,
            };
            let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
            Err(federation::saml_refused(&format!(
                "{} answered {said}",
                provider.name
            )))
        }
        Err(flaw) => Err(federation::saml_refused(&flaw.to_string())),
    }
}

/// The person of an assertion.
pub fn person(assertion: &Assertion) -> Person {
    let claims = assertion.attributes.iter().map(|(name, values)| {
        let value = match values.as_slice() {
            [one] => Value::from(one.as_str()),
            several => Value::from(several.to_vec()),
        };
        (name.clone(), value)
    });
    Person {
        subject: assertion.principal.name.clone(),
        claims: claims.collect(),
        told: Told::Saml,
        tokens: ProviderTokens::default(),
    }
}
