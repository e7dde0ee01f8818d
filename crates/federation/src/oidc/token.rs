//! The answers of a provider's token endpoint (RFC 6749 §5).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Tokens of a provider.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTokens {
    pub access_token: String,
    pub id_token: Option<String>,
    pub refresh_token: Option<String>,
    pub token_type: Option<String>,
    pub expires_in: Option<String>,
    pub scope: Option<String>,
}

/// Hides the tokens.
impl std::fmt::Debug for ProviderTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ProviderTokens")
    }
}

impl ProviderTokens {
    /// Reads an answer; `None` if it holds no access token.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let text = |name: &str| match body.get(name)? {
            Value::String(text) => Some(text.clone()).filter(|it| !it.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        Some(Self {
            access_token: text("access_token")?,
            id_token: text("id_token"),
            refresh_token: text("refresh_token"),
            token_type: text("token_type"),
            expires_in: text("expires_in"),
            scope: text("scope"),
        })
    }
}

/// The code of a refusal: `error` as the standard has it, or Facebook's object.
pub fn error_code(body: &[u8]) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let code = match body.get("error")? {
        Value::String(code) => code,
        Value::Object(error) => error.get("type")?.as_str()?,
        _ => return None,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let right = code.len() <= 64 && !code.is_empty() && code.chars().all(plain);
    right.then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_providers_write_them() {
        let body = br#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"id_token":""}"#;
        let tokens = ProviderTokens::parse(body).unwrap();
        assert_eq!(tokens.expires_in.as_deref(), Some("3600"));
        assert_eq!((tokens.id_token, tokens.scope), (None, None));
        assert!(ProviderTokens::parse(br#"{"access_token":""}"#).is_none());
        assert!(ProviderTokens::parse(b"access_token=a").is_none());
    }

    #[test]
    fn an_error_is_a_word_or_nothing() {
        let code = |body: &str| error_code(body.as_bytes());
        assert_eq!(
            code(r#"{"error":"invalid_client"}"#).as_deref(),
            Some("invalid_client")
        );
        let facebook = r#"{"error":{"type":"OAuthException","code":1}}"#;
        assert_eq!(code(facebook).as_deref(), Some("OAuthException"));
        for body in [
            "",
            "{}",
            r#"{"error":"<b>x</b>"}"#,
            r#"{"error":""}"#,
            r#"{"error":1}"#,
        ] {
            assert_eq!(code(body), None, "{body}");
        }
    }
}
