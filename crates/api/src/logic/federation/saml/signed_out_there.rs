//! Single logout that begins at a provider: who asks, and the way back there.

use cabana_domain::PoolId;
use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_federation::saml::{
    ExpectedLogout, Flaw, LogoutResponse, LogoutStatus, ReceivedLogout, SessionEnd, SpKey,
};
use cabana_model::IdentityProviderTypeType as Kind;
use cabana_store::Page;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ENTITY_ID, SIGNS_OUT, entity_id, is_on, key, metadata};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;

/// Most providers that are looked at: as many as a pool can have.
const MOST: u32 = 1_000;

/// A request that was judged. Sealed while a browser follows a redirect: a further member needs a default.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedOutThere {
    pub end: SessionEnd,
    /// Names of the providers whose request it is: several of a pool may be one server.
    pub providers: Vec<String>,
}

/// Judges a request of a provider of the pool that is to be told of sign-outs.
///
/// # Errors
/// Why it does not count.
pub async fn judge(
    cx: &Cx<'_>,
    pool: &Pool,
    received: &ReceivedLogout<'_>,
    recipients: &[&str],
) -> Result<SignedOutThere, Fault> {
    let now = cx.now();
    let expected = ExpectedLogout { recipients, now };
    let issuer = received.issuer(expected).map_err(refused)?;
    let mut why = refused(Flaw::Issuer);
    let mut found: Option<SignedOutThere> = None;
    for name in names(cx, &pool.id).await? {
        let provider = cx.store().identity_provider(&pool.id, &name).await?;
        let Some(provider) = provider.filter(|it| may_ask(it, &issuer)) else {
            continue;
        };
        let judge = |metadata: &_| received.judge(metadata, expected);
        match (metadata::judged(cx, &provider, judge).await?, &mut found) {
            (Ok(_), Some(found)) => found.providers.push(name),
            (Ok(end), None) => {
                let providers = vec![name];
                found = Some(SignedOutThere { end, providers });
            }
            (Err(flaw), _) => why = refused(flaw),
        }
    }
    found.ok_or(why)
}

/// The fault of a request that does not count.
pub fn refused(flaw: Flaw) -> Fault {
    federation::saml_refused(&flaw.to_string())
}

/// Names of the providers that speak SAML.
async fn names(cx: &Cx<'_>, pool: &PoolId) -> Result<Vec<String>, Fault> {
    let page = Page {
        limit: MOST,
        after: None,
    };
    let all = cx.store().identity_providers(pool, page).await?.items;
    let saml = all.into_iter().filter(|it| it.kind == Kind::Saml);
    Ok(saml.map(|it| it.name).collect())
}

fn may_ask(provider: &IdentityProvider, issuer: &str) -> bool {
    is_on(provider, SIGNS_OUT) && provider.detail(ENTITY_ID) == Some(issuer)
}

/// Our answer to a request.
#[derive(Clone, Copy, Debug)]
pub struct SignOutAnswer<'a> {
    /// ID of the answer.
    pub id: &'a str,
    /// ID of the request.
    pub in_response_to: &'a str,
    pub status: LogoutStatus,
    /// What came with the request.
    pub state: &'a str,
}

/// The address of a provider's metadata that takes the answer, with the answer; `None` if it has none.
///
/// # Errors
/// If the provider's metadata cannot be read.
pub async fn answer_to(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    answer: SignOutAnswer<'_>,
) -> Result<Option<Url>, Fault> {
    let metadata = metadata::of(cx, provider).await?;
    let Some(endpoint) = &metadata.sign_out_answers else {
        return Ok(None);
    };
    let key = key(cx, pool).await?;
    let response = LogoutResponse {
        id: answer.id,
        issuer: &entity_id(pool),
        endpoint,
        in_response_to: answer.in_response_to,
        status: answer.status,
        now: cx.now(),
    };
    let address = response.address(answer.state, SpKey { pkcs8: &key.pkcs8 });
    let address = address.map_err(|flaw| metadata::unusable(provider, flaw))?;
    Ok(Some(address))
}
