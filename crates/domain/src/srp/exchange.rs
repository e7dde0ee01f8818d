//! The two steps of a sign-in on the server.
//!
//! 1. The client sends A. [`ServerExchange::start`] answers B and leaves a small state that the caller seals into the
//!    client's session for the next step.
//! 2. The client sends a signature. [`ServerExchange::session_key`] computes the key that the client must have used,
//!    and [`SessionKey::signed`] verifies the signature.
//!
//! The costly power is left to the second step, so that requesting challenges costs a stranger more than it costs the
//! server.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

use super::group::{BYTES, EXPONENT_BYTES, Element};
use super::hashing::{self, HASH_BYTES, KEY_BYTES, MULTIPLIER, Names};
use super::{SrpError, Verifier};

/// An exchange between its two steps: the server's secret exponent, the scrambler and the client's A. The verifier is
/// not in it, so a password change in between ends the exchange.
pub struct ServerExchange {
    secret: Zeroizing<[u8; EXPONENT_BYTES]>,
    pub(super) scrambler: [u8; HASH_BYTES],
    client_public: Element,
}

impl ServerExchange {
    /// Length of [`ServerExchange::to_bytes`].
    pub const BYTES: usize = EXPONENT_BYTES + HASH_BYTES + BYTES;

    /// Checks the client's `SRP_A` and makes the state and the answer, `SRP_B` in hexadecimal. `secret` is 32 random
    /// bytes, used once.
    pub fn start(
        verifier: &Verifier,
        client_public_hex: &str,
        secret: [u8; EXPONENT_BYTES],
    ) -> Result<(Self, String), SrpError> {
        let client_public = Element::from_hex(client_public_hex)?;
        let server_public = multiplier()
            .times(verifier.value())
            .plus(&Element::g_to(&secret));
        let scrambler = hashing::scrambler(&client_public, &server_public);
        let exchange = Self {
            secret: Zeroizing::new(secret),
            scrambler,
            client_public,
        };
        Ok((exchange, server_public.to_hex()))
    }

    /// The key that a client with the password arrives at, too: `(A·v^u)^b`, hashed.
    pub fn session_key(&self, verifier: &Verifier) -> SessionKey {
        SessionKey(hashing::session_key(
            &self.scrambler,
            &self.shared(verifier),
        ))
    }

    pub(super) fn shared(&self, verifier: &Verifier) -> Element {
        let base = self
            .client_public
            .times(&verifier.value().to_the(&self.scrambler));
        base.to_the(&self.secret)
    }

    /// The state as bytes. They hold a secret: seal them before they leave the server.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let client_public = self.client_public.to_bytes();
        Zeroizing::new(
            [
                self.secret.as_slice(),
                &self.scrambler,
                client_public.as_slice(),
            ]
            .concat(),
        )
    }

    /// Reads what [`ServerExchange::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SrpError> {
        let (secret, rest) = bytes.split_first_chunk().ok_or(SrpError::Damaged)?;
        let (scrambler, client_public) = rest.split_first_chunk().ok_or(SrpError::Damaged)?;
        if client_public.len() != BYTES {
            return Err(SrpError::Damaged);
        }
        let client_public = Element::from_bytes(client_public).map_err(|_| SrpError::Damaged)?;
        Ok(Self {
            secret: Zeroizing::new(*secret),
            scrambler: *scrambler,
            client_public,
        })
    }
}

/// The key both sides share at the end, if the client knows the password.
pub struct SessionKey(Zeroizing<[u8; KEY_BYTES]>);

impl SessionKey {
    /// Verifies `signature` (base64) over the names, the secret block's raw bytes and the timestamp as the client wrote
    /// it. Compares in constant time.
    pub fn signed(
        &self,
        names: Names<'_>,
        secret_block: &[u8],
        timestamp: &str,
        signature: &str,
    ) -> bool {
        let Ok(signature) = BASE64.decode(signature) else {
            return false;
        };
        let message = [
            names.group.as_bytes(),
            names.member.as_bytes(),
            secret_block,
            timestamp.as_bytes(),
        ]
        .concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        hmac::verify(&key, &message, &signature).is_ok()
    }
}

fn multiplier() -> Element {
    Element::reduced(MULTIPLIER.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: &str = "eu-west-1_Ab12Cd34E";

    fn verifier() -> Verifier {
        Verifier::derive(Names::user(POOL, "alice"), "secret", [9; 16])
    }

    #[test]
    fn a_public_number_that_fixes_the_key_is_refused() {
        let n = hex::encode(super::super::group::modulus_bytes());
        for zero in [
            "",
            "0",
            "00",
            &"0".repeat(768),
            &n,
            &n.to_uppercase(),
            &format!("00{n}"),
        ] {
            let refused = ServerExchange::start(&verifier(), zero, [3; 32]).err();
            assert_eq!(refused, Some(SrpError::NotInGroup), "{zero}");
        }
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        let start = |text: &str| ServerExchange::start(&verifier(), text, [3; 32]).err();
        assert_eq!(start("not hex"), Some(SrpError::NotHex));
        assert_eq!(start(&"a".repeat(10_000)), Some(SrpError::TooLong));
    }

    #[test]
    fn an_exchange_survives_its_bytes() {
        let (exchange, _) = ServerExchange::start(&verifier(), "abcdef", [3; 32]).unwrap();
        let bytes = exchange.to_bytes();
        assert_eq!(bytes.len(), ServerExchange::BYTES);
        let again = ServerExchange::from_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(
            again.session_key(&verifier()).0,
            exchange.session_key(&verifier()).0
        );
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let (exchange, _) = ServerExchange::start(&verifier(), "abcdef", [3; 32]).unwrap();
        let bytes = exchange.to_bytes();
        let longer = [bytes.as_slice(), &[0]].concat();
        for damaged in [
            &[],
            &bytes[..31],
            &bytes[..64],
            &bytes[..447],
            longer.as_slice(),
            &[0xff; 448],
        ] {
            assert_eq!(
                ServerExchange::from_bytes(damaged).err(),
                Some(SrpError::Damaged)
            );
        }
    }

    #[test]
    fn a_signature_that_is_no_base64_is_wrong() {
        let (exchange, _) = ServerExchange::start(&verifier(), "abcdef", [3; 32]).unwrap();
        let key = exchange.session_key(&verifier());
        assert!(!key.signed(Names::user(POOL, "alice"), b"block", "now", "%%%"));
        assert!(!key.signed(Names::user(POOL, "alice"), b"block", "now", ""));
    }
}
