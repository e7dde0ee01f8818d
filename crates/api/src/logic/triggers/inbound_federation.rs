//! `InboundFederation`: at every sign-in at an identity provider, before anything else.

use cabana_domain::pool::Pool;
use cabana_domain::trigger::federation::{Attributes, Prefilled, Request, Response};
use cabana_domain::trigger::{self, Occasion, Source, Trigger};
use cabana_federation::oidc::ProviderTokens;
use cabana_model::IdentityProviderTypeType as Kind;
use serde_json::{Map, Value};

use super::Call;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation::{Person, Told};

/// Who came, and from where.
pub struct Coming<'a> {
    pub provider: &'a str,
    pub kind: Kind,
    /// The name that the person's own user has, or would have.
    pub username: &'a str,
    pub person: &'a Person,
}

/// The claims that the function puts in the place of the provider's; `None` if those stay.
///
/// # Errors
/// As for every function: it may refuse.
pub async fn run(
    cx: &Cx<'_>,
    pool: &Pool,
    coming: Coming<'_>,
) -> Result<Option<Map<String, Value>>, Fault> {
    let (trigger, occasion) = (Trigger::InboundFederation, Occasion::ExternalProvider);
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(None);
    };
    let request = Request {
        provider_name: coming.provider,
        provider_type: coming.kind.as_str(),
        attributes: attributes(coming.person),
    };
    let read = |answer: &[u8]| trigger::read::<Response>(answer, coming.username);
    let response = call.run(cx, coming.username, request, Prefilled::default(), read);
    Ok(response.await?.claims())
}

/// An event about a person who does not exist.
///
/// # Errors
/// As for every function.
pub async fn test(cx: &Cx<'_>, pool: &Pool, username: &str) -> Result<(), Fault> {
    let claims = Map::from_iter([
        ("sub".to_owned(), Value::from(username)),
        ("email".to_owned(), Value::from("test-event@example.com")),
    ]);
    let person = Person {
        subject: username.to_owned(),
        claims: claims.clone(),
        told: Told::Tokens {
            id_token: claims,
            user_info: Map::new(),
        },
        tokens: ProviderTokens::default(),
    };
    let coming = Coming {
        provider: "test-event",
        kind: Kind::Oidc,
        username,
        person: &person,
    };
    run(cx, pool, coming).await.map(drop)
}

fn attributes(person: &Person) -> Attributes<'_> {
    match &person.told {
        Told::Tokens {
            id_token,
            user_info,
        } => Attributes::Tokens {
            token_response: tokens(&person.tokens),
            id_token,
            user_info,
        },
        Told::Saml => Attributes::Saml {
            saml_response: &person.claims,
        },
    }
}

/// The answer of the token endpoint, as far as the provider gave it.
fn tokens(tokens: &ProviderTokens) -> Map<String, Value> {
    let access = Some(&tokens.access_token).filter(|it| !it.is_empty());
    let members = [
        ("access_token", access),
        ("id_token", tokens.id_token.as_ref()),
        ("refresh_token", tokens.refresh_token.as_ref()),
        ("token_type", tokens.token_type.as_ref()),
        ("expires_in", tokens.expires_in.as_ref()),
        ("scope", tokens.scope.as_ref()),
    ];
    let given = members.into_iter();
    let given =
        given.filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?.as_str()))));
    given.collect()
}
