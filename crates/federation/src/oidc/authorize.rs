//! The address to which a person is sent (RFC 6749 §4.1.1, RFC 7636).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use url::Url;

/// An authorization request to a provider.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    pub endpoint: &'a Url,
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
    /// As configured: providers separate them by blanks, Facebook by commas.
    pub scopes: &'a str,
    pub state: &'a str,
    /// For providers that answer with an ID token.
    pub nonce: Option<&'a str>,
    /// The S256 of the verifier.
    pub code_challenge: Option<&'a str>,
    /// Further parameters.
    pub more: &'a [(&'a str, &'a str)],
}

impl AuthorizationRequest<'_> {
    /// The whole address. Parameters that the endpoint's own address has are kept.
    pub fn address(&self) -> Url {
        let mut address = self.endpoint.clone();
        {
            let mut query = address.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", self.client_id)
                .append_pair("redirect_uri", self.redirect_uri)
                .append_pair("scope", self.scopes)
                .append_pair("state", self.state);
            if let Some(nonce) = self.nonce {
                query.append_pair("nonce", nonce);
            }
            if let Some(challenge) = self.code_challenge {
                query
                    .append_pair("code_challenge", challenge)
                    .append_pair("code_challenge_method", "S256");
            }
            query.extend_pairs(self.more);
        }
        address
    }
}

/// The challenge of a verifier.
pub fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_every_parameter_and_keeps_its_own() {
        let endpoint = Url::parse("https://idp.example/auth?tenant=a").unwrap();
        let request = AuthorizationRequest {
            endpoint: &endpoint,
            client_id: "c&d",
            redirect_uri: "https://pool.example/oauth2/idpresponse",
            scopes: "openid email",
            state: "s",
            nonce: Some("n"),
            code_challenge: Some("x"),
            more: &[("login_hint", "a@b")],
        };
        assert_eq!(
            request.address().as_str(),
            "https://idp.example/auth?tenant=a&response_type=code&client_id=c%26d\
             &redirect_uri=https%3A%2F%2Fpool.example%2Foauth2%2Fidpresponse&scope=openid+email&state=s&nonce=n\
             &code_challenge=x&code_challenge_method=S256&login_hint=a%40b"
        );
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(
            challenge(verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
