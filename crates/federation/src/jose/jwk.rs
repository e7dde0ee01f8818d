//! Key sets (RFC 7517). Keys of kinds that are not known, or too weak, are left out: a provider may publish them for
//! others.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::Algorithm;

/// Most keys read of one set: each is tried by its `kid` only, but all are kept.
const MOST: usize = 100;

/// The keys of a provider.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// One public key.
#[derive(Clone, Debug)]
pub struct Key {
    pub kid: Option<String>,
    /// The only algorithm it is for, if it says so.
    alg: Option<String>,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ec { curve: Curve, point: Vec<u8> },
    Ed25519(Vec<u8>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Curve {
    P256,
    P384,
    P521,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Published {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    /// If it is no key set at all.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        let set: Set = serde_json::from_slice(json)?;
        let keys = set.keys.into_iter().take(MOST).filter_map(|key| {
            let key: Published = serde_json::from_value(key).ok()?;
            Key::read(key)
        });
        Ok(Self {
            keys: keys.collect(),
        })
    }

    /// The key for a token: the one of this `kid`, or the only one that suits the algorithm if the token names none.
    pub fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let mut suiting = self.keys.iter().filter(|key| {
            key.suits(algorithm) && kid.is_none_or(|kid| key.kid.as_deref() == Some(kid))
        });
        let found = suiting.next()?;
        suiting.next().is_none().then_some(found)
    }
}

impl Key {
    fn read(key: Published) -> Option<Self> {
        if key.usage.as_deref().is_some_and(|it| it != "sig") {
            return None;
        }
        let bytes = |text: &Option<String>| BASE64_URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        let material = match (key.kty.as_str(), key.crv.as_deref()) {
            ("RSA", _) => Material::Rsa {
                n: without_zeros(bytes(&key.n)?),
                e: without_zeros(bytes(&key.e)?),
            },
            ("EC", Some(curve)) => {
                let (curve, size) = match curve {
                    "P-256" => (Curve::P256, 32),
                    "P-384" => (Curve::P384, 48),
                    "P-521" => (Curve::P521, 66),
                    _ => return None,
                };
                let mut point = vec![4];
                for coordinate in [bytes(&key.x)?, bytes(&key.y)?] {
                    if coordinate.len() != size {
                        return None;
                    }
                    point.extend(coordinate);
                }
                Material::Ec { curve, point }
            }
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes(&key.x)?),
            _ => return None,
        };
        Some(Self {
            kid: key.kid,
            alg: key.alg,
            material,
        })
    }

    /// Whether the key is of the algorithm's kind, and for nothing else.
    fn suits(&self, algorithm: Algorithm) -> bool {
        use Algorithm as A;
        let kind = match (&self.material, algorithm) {
            (Material::Rsa { .. }, A::Rs256 | A::Rs384 | A::Rs512) => true,
            (Material::Rsa { .. }, A::Ps256 | A::Ps384 | A::Ps512) => true,
            (Material::Ec { curve, .. }, A::Es256) => *curve == Curve::P256,
            (Material::Ec { curve, .. }, A::Es384) => *curve == Curve::P384,
            (Material::Ec { curve, .. }, A::Es512) => *curve == Curve::P521,
            (Material::Ed25519(_), A::EdDsa) => true,
            _ => false,
        };
        kind && self.alg.as_deref().is_none_or(|it| it == algorithm.name())
    }

    /// Whether this is the key's signature of a message.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        use Algorithm as A;
        let rsa = |parameters: &'static RsaParameters| match &self.material {
            Material::Rsa { n, e } => PublicKeyComponents { n, e }
                .verify(parameters, message, signature)
                .is_ok(),
            _ => false,
        };
        let other = |how: &'static dyn VerificationAlgorithm| {
            let (Material::Ec { point: key, .. } | Material::Ed25519(key)) = &self.material else {
                return false;
            };
            UnparsedPublicKey::new(how, key)
                .verify(message, signature)
                .is_ok()
        };
        self.suits(algorithm)
            && match algorithm {
                A::Rs256 => rsa(&RSA_PKCS1_2048_8192_SHA256),
                A::Rs384 => rsa(&RSA_PKCS1_2048_8192_SHA384),
                A::Rs512 => rsa(&RSA_PKCS1_2048_8192_SHA512),
                A::Ps256 => rsa(&RSA_PSS_2048_8192_SHA256),
                A::Ps384 => rsa(&RSA_PSS_2048_8192_SHA384),
                A::Ps512 => rsa(&RSA_PSS_2048_8192_SHA512),
                A::Es256 => other(&ECDSA_P256_SHA256_FIXED),
                A::Es384 => other(&ECDSA_P384_SHA384_FIXED),
                A::Es512 => other(&ECDSA_P521_SHA512_FIXED),
                A::EdDsa => other(&ED25519),
                A::Hs256 | A::Hs384 | A::Hs512 => false,
            }
    }
}

/// Some libraries write a number with a leading zero.
fn without_zeros(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    bytes
}
