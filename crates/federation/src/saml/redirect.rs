//! The binding HTTP-Redirect (SAML Bindings §3.4): a message in an address, deflated, with a signature beside it.

use std::io::Write;

use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use url::Url;

use super::Flaw;
use super::certificate::SpKey;
use super::signature::RSA_SHA256;

/// What signs a request, if anything does.
pub type Signer<'a> = Option<SpKey<'a>>;

/// The parameter that holds a request.
pub const REQUEST: &str = "SAMLRequest";
/// The parameter that holds a response.
pub const RESPONSE: &str = "SAMLResponse";

/// The address that carries a message, as the parameter of its kind. An empty state is left out.
///
/// # Errors
/// If it cannot be signed.
pub fn address(
    endpoint: &Url,
    kind: &str,
    message: &str,
    state: &str,
    signer: Signer<'_>,
) -> Result<Url, Flaw> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let deflated = encoder
        .write_all(message.as_bytes())
        .and_then(|()| encoder.finish());
    let deflated = deflated.map_err(|_| Flaw::Encoding)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(kind, &BASE64_STANDARD.encode(deflated));
    if !state.is_empty() {
        query.append_pair("RelayState", state);
    }
    if signer.is_some() {
        query.append_pair("SigAlg", RSA_SHA256);
    }
    let mut query = query.finish();
    if let Some(key) = signer {
        let signature = BASE64_STANDARD.encode(key.sign(query.as_bytes())?);
        let mut rest = form_urlencoded::Serializer::new(String::new());
        rest.append_pair("Signature", &signature);
        query = format!("{query}&{}", rest.finish());
    }
    let mut url = endpoint.clone();
    let all = match endpoint.query().filter(|it| !it.is_empty()) {
        Some(own) => format!("{own}&{query}"),
        None => query,
    };
    url.set_query(Some(&all));
    Ok(url)
}
