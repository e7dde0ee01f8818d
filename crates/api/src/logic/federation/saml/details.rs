//! `ProviderDetails` of a SAML provider.

use std::collections::BTreeMap;

use cabana_domain::pool::Pool;
use cabana_domain::provider::{IdentityProvider, ProviderSettings};
use cabana_federation::address;
use cabana_federation::saml::Metadata;
use cabana_model::IdentityProviderTypeType as Kind;

use super::super::documents;
use super::{BEGINS, ENCRYPTED, FILE, SIGNING, SIGNS_OUT, URL, certificate_text, key};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::providers;

type Details = BTreeMap<String, String>;

const SIGN_ON: &str = "SSORedirectBindingURI";
const SIGN_OUT: &str = "SLORedirectBindingURI";
const CERTIFICATE: &str = "ActiveEncryptionCertificate";
/// The provider's own name; not shown.
pub const ENTITY_ID: &str = "entity_id";

/// The details with what Cognito adds, which is read from the metadata now. What it adds may be sent back, as programs
/// do that write what they have read.
///
/// # Errors
/// InvalidParameterException.
pub async fn complete(cx: &Cx<'_>, pool: &Pool, mut details: Details) -> Result<Details, Fault> {
    for added in [SIGN_ON, SIGN_OUT, CERTIFICATE] {
        details.remove(added);
    }
    let known = [URL, FILE, BEGINS, SIGNS_OUT, ENCRYPTED, SIGNING];
    if let Some(other) = details.keys().find(|it| !known.contains(&it.as_str())) {
        return Err(providers::provider_detail_unknown(
            other,
            Kind::Saml.as_str(),
        ));
    }
    for switch in [BEGINS, SIGNS_OUT, ENCRYPTED] {
        match details.get(switch).map(String::as_str) {
            None | Some("true" | "false") => {}
            Some(_) => {
                return Err(providers::bad_provider_detail(
                    switch,
                    "it is true or false",
                ));
            }
        }
    }
    if details.get(SIGNING).is_some_and(|it| it != "rsa-sha256") {
        return Err(providers::bad_provider_detail(SIGNING, "it is rsa-sha256"));
    }
    let given = |name: &str| details.get(name).filter(|it| !it.trim().is_empty());
    let metadata = match (given(URL), given(FILE)) {
        (Some(address), None) => retrieved(cx, pool, address.trim()).await?,
        (None, Some(file)) => Metadata::parse(file)
            .map_err(|bad| providers::bad_provider_detail(FILE, &bad.to_string()))?,
        _ => return Err(providers::metadata_once()),
    };
    let key = key(cx, pool).await?;
    details.insert(SIGN_ON.to_owned(), metadata.sign_on.to_string());
    if let Some(sign_out) = metadata.sign_out {
        details.insert(SIGN_OUT.to_owned(), sign_out.to_string());
    }
    details.insert(CERTIFICATE.to_owned(), certificate_text(&key));
    details.insert(ENTITY_ID.to_owned(), metadata.entity_id);
    Ok(details)
}

/// The metadata at an address, read now.
async fn retrieved(cx: &Cx<'_>, pool: &Pool, address: &str) -> Result<Metadata, Fault> {
    let url = address::parse(address).map_err(|why| providers::bad_provider_detail(URL, why))?;
    let nameless = IdentityProvider {
        pool: pool.id.clone(),
        name: Kind::Saml.as_str().to_owned(),
        version: 0,
        kind: Kind::Saml,
        identifiers: Vec::new(),
        settings: ProviderSettings::default(),
        created: cx.now(),
        modified: cx.now(),
    };
    let read = documents::metadata_now(cx, &nameless, &url).await;
    read.map(|it| (*it).clone()).map_err(|fault| {
        let refused = providers::metadata_not_retrieved(address);
        refused.because(super::super::told(&fault))
    })
}
