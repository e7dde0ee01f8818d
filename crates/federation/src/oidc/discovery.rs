//! The document in which a provider describes itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;
use url::Url;

/// What a provider says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Discovery {
    pub issuer: String,
    pub authorization_endpoint: Option<String>,
    pub token_endpoint: Option<String>,
    pub userinfo_endpoint: Option<String>,
    pub jwks_uri: Option<String>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// The reason why a document is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDiscovery {
    #[error("it is not a discovery document")]
    Form,
    #[error("it is of another issuer: {0}")]
    Issuer(String),
}

impl Discovery {
    /// The document's address.
    pub fn address(issuer: &str) -> Option<Url> {
        Url::parse(&format!(
            "{}/.well-known/openid-configuration",
            bare(issuer)
        ))
        .ok()
    }

    /// Reads the document of this issuer.
    ///
    /// # Errors
    /// If it is none, or names another issuer: a provider that could describe another one could have its codes sent to
    /// itself.
    pub fn parse(json: &[u8], issuer: &str) -> Result<Self, BadDiscovery> {
        let read: Self = serde_json::from_slice(json).map_err(|_| BadDiscovery::Form)?;
        match same_issuer(&read.issuer, issuer) {
            true => Ok(read),
            false => Err(BadDiscovery::Issuer(read.issuer)),
        }
    }

    /// Whether a code can be bound to the browser that began (PKCE with S256).
    pub fn has_pkce(&self) -> bool {
        let mut methods = self.code_challenge_methods_supported.iter();
        methods.any(|it| it == "S256")
    }

    /// Whether the client's secret has to be sent in a header, as the provider does not take it in the body.
    pub fn demands_basic(&self) -> bool {
        let methods = || self.token_endpoint_auth_methods_supported.iter().flatten();
        let takes = |method: &str| methods().any(|it| it == method);
        takes("client_secret_basic") && !takes("client_secret_post")
    }

    /// Whether every answer to an authorization request names the issuer (RFC 9207).
    pub fn names_issuer(&self) -> bool {
        self.authorization_response_iss_parameter_supported
    }
}

/// Whether two issuers are the same: Cognito takes no slash at the end, and some providers have one.
pub fn same_issuer(one: &str, other: &str) -> bool {
    bare(one) == bare(other)
}

fn bare(issuer: &str) -> &str {
    issuer.strip_suffix('/').unwrap_or(issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_of_its_issuer_only() {
        let of = |issuer: &str| format!(r#"{{"issuer":"{issuer}","claims_supported":[1]}}"#);
        let read = |json: String| Discovery::parse(json.as_bytes(), "https://idp.example");
        assert!(read(of("https://idp.example")).is_ok());
        assert!(read(of("https://idp.example/")).is_ok());
        for other in [
            "https://evil.example",
            "https://idp.example/a",
            "",
            "https://IDP.example",
        ] {
            let expected = BadDiscovery::Issuer(other.to_owned());
            assert_eq!(read(of(other)).unwrap_err(), expected);
        }
        assert_eq!(read("[]".to_owned()).unwrap_err(), BadDiscovery::Form);
    }

    #[test]
    fn secrets_go_into_the_body_unless_the_provider_takes_none_there() {
        let read = |methods: &str| {
            let json = format!(r#"{{"issuer":"a"{methods}}}"#);
            Discovery::parse(json.as_bytes(), "a")
                .unwrap()
                .demands_basic()
        };
        let methods = |list: &str| format!(r#","token_endpoint_auth_methods_supported":{list}"#);
        assert!(!read(""));
        assert!(!read(&methods(
            r#"["client_secret_basic","client_secret_post"]"#
        )));
        assert!(!read(&methods(r#"["private_key_jwt"]"#)));
        assert!(read(&methods(r#"["client_secret_basic","none"]"#)));
    }
}
