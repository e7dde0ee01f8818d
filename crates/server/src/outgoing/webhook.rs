//! Signatures of webhooks, after Standard Webhooks (<https://www.standardwebhooks.com>).

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Time;
use http::header::InvalidHeaderValue;
use http::{HeaderMap, HeaderValue};

/// The shortest key and the longest, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret that a receiver of webhooks shares with this server; while it is replaced, the new one and the old one. A
/// webhook is signed with each.
#[derive(Clone)]
pub struct WebhookSecret(Vec<Vec<u8>>);

impl WebhookSecret {
    /// Parses `whsec_` and a key of 24 to 64 bytes in base64; several are separated by spaces or lines.
    pub fn parse(text: &str) -> Option<Self> {
        let key = |text: &str| {
            let key = BASE64_STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
            LENGTHS.contains(&key.len()).then_some(key)
        };
        let keys: Vec<_> = text.split_whitespace().map(key).collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self(keys))
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
        let signature = |key: &Vec<u8>| {
            let signature = sign(&Key::new(HMAC_SHA256, key), &signed);
            format!("v1,{}", BASE64_STANDARD.encode(signature))
        };
        let signatures: Vec<_> = self.0.iter().map(signature).collect();
        headers.insert("webhook-id", HeaderValue::from_str(id)?);
        headers.insert("webhook-timestamp", HeaderValue::from(time));
        let signatures = HeaderValue::from_str(&signatures.join(" "))?;
        headers.insert("webhook-signature", signatures);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY";

    fn signed(secret: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        WebhookSecret::parse(secret)
            .unwrap()
            .sign(
                &mut headers,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Time::from_seconds(1_614_265_330),
                br#"{"test": 2432232314}"#,
            )
            .unwrap();
        headers
    }

    #[test]
    fn a_webhook_is_signed_as_in_the_standards_own_example() {
        let headers = signed(SECRET);
        assert_eq!(
            headers["webhook-signature"],
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(headers["webhook-timestamp"], "1614265330");
    }

    #[test]
    fn while_a_secret_is_replaced_a_webhook_has_the_signature_of_each() {
        let of = |secret: &str| {
            signed(secret)["webhook-signature"]
                .to_str()
                .unwrap()
                .to_owned()
        };
        let both = format!("{} {}", of(OTHER), of(SECRET));
        assert_ne!(of(OTHER), of(SECRET));
        for separator in [" ", "\n", "\r\n"] {
            assert_eq!(of(&format!("{OTHER}{separator}{SECRET}")), both);
        }
    }

    #[test]
    fn a_secret_is_long_enough_and_has_its_prefix() {
        for wrong in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_c2hvcnQ=",
        ] {
            assert!(WebhookSecret::parse(wrong).is_none(), "{wrong}");
        }
    }
}
