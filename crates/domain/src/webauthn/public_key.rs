//! Public keys of credentials: from COSE (RFC 9052, RFC 8812), and the signatures they verify.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use cabana_model::Blob;
use ciborium::Value;
use coset::iana::{self, EnumI64};
use coset::{Algorithm, AsCborValue, CoseError, CoseKey, KeyType, Label};
use serde::{Deserialize, Serialize};

use super::Flaw;

/// Lengths of an RSA modulus, in bytes: 2048 to 8192 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1_024;
const FIELD: usize = 32;

/// The generator of P-256, uncompressed (SEC 2, section 2.4.2), as a public key. Its private key is 1, so whoever
/// verifies with it must refuse all the same.
pub const P256_GENERATOR: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

/// A public key, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PublicKey {
    /// ECDSA on P-256 with SHA-256: the uncompressed point.
    Es256(Blob),
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 { modulus: Blob, exponent: Blob },
}

impl PublicKey {
    /// The COSE numbers of the algorithms, in order of preference.
    pub const ALGORITHMS: [i64; 2] = [iana::Algorithm::ES256 as i64, iana::Algorithm::RS256 as i64];

    /// Reads a COSE key.
    pub(super) fn from_cose(key: Value) -> Result<Self, Flaw> {
        let key = CoseKey::from_cbor_value(key).map_err(|error| match error {
            CoseError::UnregisteredIanaValue | CoseError::UnregisteredIanaNonPrivateValue => {
                Flaw::NotSupported("algorithm")
            }
            _ => Flaw::Malformed("COSE key"),
        })?;
        match key.alg {
            Some(Algorithm::Assigned(iana::Algorithm::ES256)) => es256(&key),
            Some(Algorithm::Assigned(iana::Algorithm::RS256)) => rs256(&key),
            Some(_) => Err(Flaw::NotSupported("algorithm")),
            None => Err(Flaw::Malformed("COSE key")),
        }
    }

    /// Whether this is the key's signature of a message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &point.0)
                .verify(message, signature)
                .is_ok(),
            Self::Rs256 { modulus, exponent } => PublicKeyComponents {
                n: &modulus.0,
                e: &exponent.0,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .is_ok(),
        }
    }
}

fn es256(key: &CoseKey) -> Result<PublicKey, Flaw> {
    use iana::Ec2KeyParameter as P;
    const FORM: Flaw = Flaw::Malformed("point of a COSE key");
    let curve = parameter(key, P::Crv.to_i64()).and_then(Value::as_integer);
    let is_p256 = curve == Some(iana::EllipticCurve::P_256.to_i64().into());
    if key.kty != KeyType::Assigned(iana::KeyType::EC2) || !is_p256 {
        return Err(Flaw::NotSupported("curve"));
    }
    let mut point = vec![4];
    for label in [P::X, P::Y] {
        let coordinate = parameter(key, label.to_i64()).and_then(Value::as_bytes);
        let coordinate = coordinate.filter(|it| it.len() == FIELD).ok_or(FORM)?;
        point.extend_from_slice(coordinate);
    }
    ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &point).map_err(|_| FORM)?;
    Ok(PublicKey::Es256(Blob(point)))
}

fn rs256(key: &CoseKey) -> Result<PublicKey, Flaw> {
    use iana::RsaKeyParameter as P;
    if key.kty != KeyType::Assigned(iana::KeyType::RSA) {
        return Err(Flaw::NotSupported("key type"));
    }
    let number = |label: P| {
        let bytes = parameter(key, label.to_i64()).and_then(Value::as_bytes)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Some(bytes.get(zeros..)?.to_vec())
    };
    let (Some(modulus), Some(exponent)) = (number(P::N), number(P::E)) else {
        return Err(Flaw::Malformed("COSE key"));
    };
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    if !MODULUS.contains(&modulus.len())
        || modulus
            .first()
            .is_some_and(|byte| byte & 0x80 == 0 && modulus.len() == *MODULUS.start())
    {
        return Err(Flaw::NotSupported("key size"));
    }
    let small = exponent.len() <= 4 && exponent != [1];
    if !is_odd(&modulus) || !is_odd(&exponent) || !small {
        return Err(Flaw::Malformed("numbers of a COSE key"));
    }
    Ok(PublicKey::Rs256 {
        modulus: Blob(modulus),
        exponent: Blob(exponent),
    })
}

fn parameter(key: &CoseKey, label: i64) -> Option<&Value> {
    let label = Label::Int(label);
    let found = key.params.iter().find(|(own, _)| *own == label);
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key with these labels and values.
    fn read(members: &[(i64, Value)]) -> Result<PublicKey, Flaw> {
        let members = members
            .iter()
            .map(|(label, value)| (Value::from(*label), value.clone()));
        PublicKey::from_cose(Value::Map(members.collect()))
    }

    fn point() -> [Value; 2] {
        let (x, y) = P256_GENERATOR[1..].split_at(FIELD);
        [x, y].map(|half| Value::Bytes(half.to_vec()))
    }

    fn ec(kty: i64, alg: i64, curve: i64) -> Vec<(i64, Value)> {
        let [x, y] = point();
        let head = [(1, kty), (3, alg), (-1, curve)].map(|(label, it)| (label, Value::from(it)));
        head.into_iter().chain([(-2, x), (-3, y)]).collect()
    }

    fn rsa(modulus: Vec<u8>, exponent: Vec<u8>) -> Vec<(i64, Value)> {
        vec![
            (1, Value::from(3)),
            (3, Value::from(-257)),
            (-1, Value::Bytes(modulus)),
            (-2, Value::Bytes(exponent)),
        ]
    }

    #[test]
    fn keys_are_es256_on_p256_or_rs256_of_2048_bits_and_more() {
        assert!(matches!(read(&ec(2, -7, 1)), Ok(PublicKey::Es256(point)) if point.0.len() == 65));
        for (kty, alg, curve) in [
            (2, -7, 2),  // P-384
            (2, -7, 8),  // secp256k1
            (1, -7, 1),  // an octet key pair
            (2, -35, 2), // ES384
            (1, -8, 6),  // EdDSA
            (2, -9, 1),  // ESP256
            (2, -65_000, 1),
        ] {
            let refused = read(&ec(kty, alg, curve));
            assert!(
                matches!(refused, Err(Flaw::NotSupported(_))),
                "{kty} {alg} {curve}: {refused:?}"
            );
        }
        let modulus = vec![0xc1; 256];
        assert!(read(&rsa(modulus.clone(), vec![1, 0, 1])).is_ok());
        assert!(read(&rsa([vec![0], modulus.clone()].concat(), vec![1, 0, 1])).is_ok());
        for (modulus, exponent) in [
            (vec![0xc1; 255], vec![1, 0, 1]),
            (vec![0x41; 256], vec![1, 0, 1]),
            (vec![0xc1; 1_025], vec![1, 0, 1]),
            (vec![0xc2; 256], vec![1, 0, 1]),
            (modulus.clone(), vec![1]),
            (modulus.clone(), vec![2]),
            (modulus.clone(), vec![]),
            (modulus, vec![1; 5]),
        ] {
            assert!(read(&rsa(modulus, exponent)).is_err());
        }
    }

    #[test]
    fn malformed_keys_are_refused() {
        let right = ec(2, -7, 1);
        for missing in 0..right.len() {
            let mut key = right.clone();
            key.remove(missing);
            assert!(read(&key).is_err(), "without {:?}", right[missing]);
        }
        let mut twice = right.clone();
        twice.push(twice[4].clone());
        assert!(read(&twice).is_err());
        let mut beside = right.clone();
        beside[4].1 = Value::Bytes(vec![7; 32]);
        assert_eq!(read(&beside), Err(Flaw::Malformed("point of a COSE key")));
        let mut compressed = right;
        compressed[4].1 = Value::Bool(true);
        assert!(read(&compressed).is_err());
        for value in [
            Value::Null,
            Value::from(1),
            Value::Array(vec![]),
            Value::Map(vec![]),
        ] {
            assert!(PublicKey::from_cose(value).is_err());
        }
    }

    #[test]
    fn stored_keys_are_read() {
        let golden = r#"[{"Es256":"BAEC"},{"Rs256":{"modulus":"AQID","exponent":"AQAB"}}]"#;
        let keys: Vec<PublicKey> = serde_json::from_str(golden).unwrap();
        assert_eq!(keys[0], PublicKey::Es256(Blob(vec![4, 1, 2])));
        assert_eq!(serde_json::to_string(&keys).unwrap(), golden);
    }
}
