//! Signature Version 4 of calls that this server makes to services that speak AWS's protocols.

use std::fmt::Write;

use aws_lc_rs::hmac::sign as hmac;
use cabana_domain::Time;
use cabana_model::Secret;
use http::header::{AUTHORIZATION, HOST, HeaderName};
use http::request::Parts;
use http::{HeaderValue, header::InvalidHeaderValue};

use super::authorization::{ALGORITHM, Authorization, TERMINATOR};
use super::sigv4::{Wrong, canonical_request, signing_key, string_to_sign};
use super::{DATE, written};

/// An access key at another service.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub key_id: String,
    pub secret: Secret,
    /// Of temporary credentials.
    pub session_token: Option<Secret>,
}

/// The reason why a call cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum Unsignable {
    #[error("a header cannot be written: {0}")]
    Header(#[from] InvalidHeaderValue),
    #[error("the header {0} cannot be signed")]
    Unreadable(String),
}

/// Signs a call with all its headers; the URI must name the host.
///
/// # Errors
/// If a header is not ASCII.
pub fn sign(
    parts: &mut Parts,
    body: &[u8],
    credentials: &Credentials,
    region: &str,
    service: &str,
    at: Time,
) -> Result<(), Unsignable> {
    let date = written(at);
    parts.headers.insert(DATE, HeaderValue::from_str(&date)?);
    if let Some(token) = &credentials.session_token {
        let mut token = HeaderValue::from_str(token.expose())?;
        token.set_sensitive(true);
        parts.headers.insert("x-amz-security-token", token);
    }
    let names = parts.headers.keys().map(HeaderName::as_str);
    let mut names: Vec<_> = names.chain([HOST.as_str()]).collect();
    names.sort_unstable();
    names.dedup();
    let signed_headers = names.join(";");
    let day = date.get(..8).unwrap_or_default();
    let scope = format!("{day}/{region}/{service}/{TERMINATOR}");
    let authorization = Authorization {
        key_id: &credentials.key_id,
        scope: &scope,
        date: day,
        region,
        service,
        signed_headers: &signed_headers,
        signature: "",
    };
    let path = encoded(parts.uri.path());
    let request = canonical_request(parts, &path, &signed_headers, body).map_err(|wrong| {
        Unsignable::Unreadable(match wrong {
            Wrong::HeaderMissing(name) => name,
            Wrong::Mismatch => String::new(),
        })
    })?;
    let text = string_to_sign(&scope, &date, &request);
    let key = signing_key(&authorization, credentials.secret.expose());
    let signature = hex::encode(hmac(&key, text.as_bytes()));
    let header = format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={signed_headers}, Signature={signature}",
        credentials.key_id
    );
    let header = HeaderValue::from_str(&header)?;
    parts.headers.insert(AUTHORIZATION, header);
    Ok(())
}

/// A path as it is signed: percent-encoded once more than it is sent.
fn encoded(path: &str) -> String {
    path.bytes().fold(String::new(), |mut path, byte| {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => path.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(path, "%{byte:02X}");
            }
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
    use aws_sigv4::sign::v4::SigningParams;
    use http::Request;

    use super::*;

    const NOW: i64 = 1_440_938_160;

    /// The signature of AWS's own signer.
    fn theirs(parts: &Parts, body: &str, token: Option<&str>) -> String {
        let identity = aws_credential_types::Credentials::new(
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            token.map(str::to_owned),
            None,
            "test",
        )
        .into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region("eu-west-1")
            .name("lambda")
            .time(UNIX_EPOCH + Duration::from_secs(NOW.try_into().unwrap()))
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let headers = parts.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let request = SignableRequest::new(
            parts.method.as_str(),
            parts.uri.to_string(),
            headers,
            SignableBody::Bytes(body.as_bytes()),
        )
        .unwrap();
        let (instructions, _) = aws_sigv4::http_request::sign(request, &params)
            .unwrap()
            .into_parts();
        let mut signed = Request::post(parts.uri.clone()).body(()).unwrap();
        instructions.apply_to_request_http1x(&mut signed);
        let header = signed.headers()["authorization"].to_str().unwrap();
        header.to_owned()
    }

    #[test]
    fn calls_are_signed_as_by_aws_own_signer() {
        for (uri, body, token) in [
            (
                "https://sns.eu-west-1.amazonaws.com/",
                "Action=Publish",
                None,
            ),
            ("http://127.0.0.1:4566/?b=2&a=1", "", Some("temporary")),
            (
                "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Af/invocations",
                "{}",
                None,
            ),
        ] {
            let request = Request::post(uri)
                .header(
                    "content-type",
                    "application/x-www-form-urlencoded; charset=utf-8",
                )
                .body(())
                .unwrap();
            let mut parts = request.into_parts().0;
            let right = theirs(&parts, body, token);
            let credentials = Credentials {
                key_id: "AKIDEXAMPLE".to_owned(),
                secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
                session_token: token.map(Secret::from),
            };
            let at = Time::from_seconds(NOW);
            let service = "lambda";
            sign(
                &mut parts,
                body.as_bytes(),
                &credentials,
                "eu-west-1",
                service,
                at,
            )
            .unwrap();
            assert_eq!(parts.headers[AUTHORIZATION], right, "{uri}");
        }
    }
}
