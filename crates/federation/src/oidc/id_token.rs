//! The checks of an ID token (OpenID Connect Core §3.1.3.7) besides its signature.

use cabana_domain::{Span, Time};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::discovery::same_issuer;

/// Difference between the clocks of two servers that is put up with.
const SKEW: Span = Span::minutes(2);
/// Longest subject, in bytes, as the standard has it.
const LONGEST_SUBJECT: usize = 255;

/// What a token has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    /// Another name that the issuer goes by in its tokens.
    pub alias: Option<&'a str>,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: Time,
}

/// The reason why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdToken {
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for another app")]
    Audience,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    Early,
    #[error("its nonce is not the one that was sent")]
    Nonce,
    #[error("it names no subject")]
    Subject,
}

/// Checks the claims of a token whose signature is right; returns its subject.
///
/// # Errors
/// The first check that fails.
pub fn check<'c>(
    claims: &'c Map<String, Value>,
    expected: Expected<'_>,
) -> Result<&'c str, BadIdToken> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let issuer = text("iss").ok_or(BadIdToken::Issuer)?;
    if !same_issuer(issuer, expected.issuer) && expected.alias != Some(issuer) {
        return Err(BadIdToken::Issuer);
    }
    audience(claims, expected.client_id)?;
    let at = |name: &str| claims.get(name).and_then(numeric_date);
    let expires = at("exp").ok_or(BadIdToken::Expired)?;
    if expected.now.before(SKEW) >= expires {
        return Err(BadIdToken::Expired);
    }
    let begins = ["nbf", "iat"].into_iter().filter_map(at);
    if begins.into_iter().any(|it| it > expected.now.after(SKEW)) {
        return Err(BadIdToken::Early);
    }
    let nonce = text("nonce").ok_or(BadIdToken::Nonce)?;
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(BadIdToken::Nonce);
    }
    let subject = text("sub").ok_or(BadIdToken::Subject)?;
    let right =
        (1..=LONGEST_SUBJECT).contains(&subject.len()) && !subject.chars().any(char::is_control);
    right.then_some(subject).ok_or(BadIdToken::Subject)
}

/// The token is for this client; one that is for others too has to say that this one asked for it.
fn audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), BadIdToken> {
    let several = match claims.get("aud") {
        Some(Value::String(one)) if one == client_id => false,
        Some(Value::Array(all)) if all.iter().any(|it| it.as_str() == Some(client_id)) => {
            all.len() > 1
        }
        _ => return Err(BadIdToken::Audience),
    };
    match claims.get("azp") {
        Some(Value::String(asked)) if asked == client_id => Ok(()),
        None if !several => Ok(()),
        _ => Err(BadIdToken::Audience),
    }
}

/// A time as tokens write it (RFC 7519 §2), which may have a fraction.
pub fn numeric_date(value: &Value) -> Option<Time> {
    let seconds = value.as_i64().or_else(|| Some(value.as_f64()? as i64))?;
    Some(Time::from_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn right() -> Value {
        json!({
            "iss": "https://idp.example", "aud": "app", "sub": "a", "nonce": "n",
            "iat": NOW - 5, "exp": NOW + 300,
        })
    }

    fn judged(change: impl FnOnce(&mut Value)) -> Result<String, BadIdToken> {
        let mut claims = right();
        change(&mut claims);
        let expected = Expected {
            issuer: "https://idp.example",
            alias: Some("idp.example"),
            client_id: "app",
            nonce: "n",
            now: Time::from_seconds(NOW),
        };
        check(claims.as_object().unwrap(), expected).map(str::to_owned)
    }

    #[test]
    fn a_token_says_who_for_whom_when_and_in_answer_to_what() {
        use BadIdToken as B;
        let accepted: [(&str, Value); 9] = [
            ("iss", json!("https://idp.example/")),
            ("iss", json!("idp.example")),
            ("aud", json!(["app"])),
            ("azp", json!("app")),
            ("exp", json!(NOW - 119)),
            ("exp", json!(NOW as f64 + 0.5)),
            ("iat", json!(NOW + 119)),
            ("nbf", json!(NOW)),
            ("amr", json!(["pwd"])),
        ];
        for (claim, value) in accepted {
            let shown = format!("{claim} {value}");
            assert_eq!(
                judged(|it| it[claim] = value).as_deref(),
                Ok("a"),
                "{shown}"
            );
        }
        let refused: [(&str, Value, B); 21] = [
            ("iss", json!("https://evil.example"), B::Issuer),
            ("iss", json!(["https://idp.example"]), B::Issuer),
            ("iss", Value::Null, B::Issuer),
            ("aud", json!("other"), B::Audience),
            ("aud", json!(["app", "other"]), B::Audience),
            ("aud", json!([]), B::Audience),
            ("aud", Value::Null, B::Audience),
            ("azp", json!("other"), B::Audience),
            ("exp", json!(NOW - 120), B::Expired),
            ("exp", json!("soon"), B::Expired),
            ("exp", Value::Null, B::Expired),
            ("iat", json!(NOW + 121), B::Early),
            ("nbf", json!(NOW + 121), B::Early),
            ("nonce", json!("other"), B::Nonce),
            ("nonce", json!(""), B::Nonce),
            ("nonce", Value::Null, B::Nonce),
            ("sub", json!(""), B::Subject),
            ("sub", json!(7), B::Subject),
            ("sub", Value::Null, B::Subject),
            ("sub", json!("a\nb"), B::Subject),
            ("sub", json!("a".repeat(256)), B::Subject),
        ];
        for (claim, value, reason) in refused {
            let shown = format!("{claim} {value}");
            assert_eq!(judged(|it| it[claim] = value), Err(reason), "{shown}");
        }
        let both = |it: &mut Value| {
            it["aud"] = json!(["other", "app"]);
            it["azp"] = json!("app");
        };
        assert!(judged(both).is_ok());
    }
}
