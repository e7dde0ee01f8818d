//! A client secret that the app signs itself, as Apple wants it: a short token of the team's key.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cabana_domain::{Span, Time};
use serde_json::{Value, json};

/// Validity of a secret: it is made for one call.
const LIFE: Span = Span::minutes(5);

/// The key is not one of P-256 in PKCS #8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no private key of P-256 in PKCS #8")]
pub struct BadKey;

/// What a secret says.
#[derive(Clone, Copy, Debug)]
pub struct SignedSecret<'a> {
    pub team_id: &'a str,
    pub key_id: &'a str,
    pub client_id: &'a str,
    /// The provider's issuer.
    pub audience: &'a str,
}

/// A team's key.
pub struct SecretKey(EcdsaKeyPair);

impl SecretKey {
    /// Reads a key: PEM, with its lines or without them.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let body: String = lines.flat_map(str::split_whitespace).collect();
        let der = BASE64_STANDARD.decode(body).map_err(|_| BadKey)?;
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)
            .map(Self)
            .map_err(|_| BadKey)
    }

    /// Signs a secret.
    ///
    /// # Errors
    /// If the library refuses.
    pub fn sign(&self, secret: SignedSecret<'_>, now: Time) -> Result<String, BadKey> {
        let header = json!({ "alg": "ES256", "kid": secret.key_id });
        let claims = json!({
            "iss": secret.team_id,
            "sub": secret.client_id,
            "aud": secret.audience,
            "iat": now.seconds(),
            "exp": now.after(LIFE).seconds(),
        });
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes());
        let signature = signature.map_err(|_| BadKey)?;
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref());
        Ok(format!("{message}.{signature}"))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_secret_is_signed_with_the_teams_key_for_five_minutes() {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
        let body = BASE64_STANDARD.encode(pkcs8.as_ref());
        let (first, rest) = body.split_at(64);
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{first}\r\n{rest}\n-----END PRIVATE KEY-----\n");
        for text in [body.as_str(), pem.as_str()] {
            let key = SecretKey::parse(text).unwrap();
            let said = SignedSecret {
                team_id: "team",
                key_id: "key",
                client_id: "app",
                audience: "https://appleid.apple.com",
            };
            let secret = key.sign(said, Time::from_seconds(100)).unwrap();
            let (message, signature) = secret.rsplit_once('.').unwrap();
            let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
            let public = key.0.public_key().as_ref().to_vec();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
                .verify(message.as_bytes(), &signature)
                .unwrap();
            let claims = message.split('.').nth(1).unwrap();
            let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
            let claims: Value = serde_json::from_slice(&claims).unwrap();
            let expected = json!({
                "iss": "team", "sub": "app", "aud": "https://appleid.apple.com", "iat": 100, "exp": 400,
            });
            assert_eq!(claims, expected);
        }
    }

    #[test]
    fn what_is_no_key_is_told() {
        for text in ["", "hush", "AAAA", "-----BEGIN PRIVATE KEY-----"] {
            assert!(SecretKey::parse(text).is_err(), "{text}");
        }
    }
}
