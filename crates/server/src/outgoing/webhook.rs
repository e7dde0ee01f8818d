//! Signatures of webhooks, after Standard Webhooks (<https://www.standardwebhooks.com>).

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Time;
use http::header::InvalidHeaderValue;
use http::{HeaderMap, HeaderValue};

/// The shortest key and the longest, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret that a receiver of webhooks shares with this server.
#[derive(Clone)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// Parses `whsec_` and a key of 24 to 64 bytes in base64.
    pub fn parse(text: &str) -> Option<Self> {
        let key = BASE64_STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        LENGTHS.contains(&key.len()).then_some(Self(key))
    }

    /// Adds the three headers of a webhook. Repeated attempts keep their `id`, by which the receiver knows them.
    ///
    /// # Errors
    /// If the id is no header's value.
    pub fn sign(
        &self,
        headers: &mut HeaderMap,
        id: &str,
        at: Time,
        body: &[u8],
    ) -> Result<(), InvalidHeaderValue> {
        let time = at.seconds();
        let signed = [format!("{id}.{time}.").as_bytes(), body].concat();
        let signature = BASE64_STANDARD.encode(sign(&Key::new(HMAC_SHA256, &self.0), &signed));
        headers.insert("webhook-id", HeaderValue::from_str(id)?);
        headers.insert("webhook-timestamp", HeaderValue::from(time));
        let signature = HeaderValue::from_str(&format!("v1,{signature}"))?;
        headers.insert("webhook-signature", signature);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_signed_as_in_the_standards_own_example() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let mut headers = HeaderMap::new();
        secret
            .sign(
                &mut headers,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Time::from_seconds(1_614_265_330),
                br#"{"test": 2432232314}"#,
            )
            .unwrap();
        assert_eq!(
            headers["webhook-signature"],
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(headers["webhook-timestamp"], "1614265330");
    }

    #[test]
    fn a_secret_is_long_enough_and_has_its_prefix() {
        for wrong in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        ] {
            assert!(WebhookSecret::parse(wrong).is_none(), "{wrong}");
        }
    }
}
