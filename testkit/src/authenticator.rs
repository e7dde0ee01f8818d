//! An authenticator of passkeys in software, with its browser: it answers the options of both ceremonies, rightly or
//! as a test wants.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use ciborium::Value as Cbor;
use serde_json::{Value, json};

/// An authenticator with one passkey.
pub struct Authenticator {
    pub id: Vec<u8>,
    key: Key,
    /// The page at which its browser is.
    pub origin: String,
    /// The relying party it answers for; the one in the options if `None`.
    pub relying_party: Option<String>,
    pub user_present: bool,
    pub user_verified: bool,
    /// Its count of signatures; 0 if it does not count.
    pub sign_count: u32,
    /// COSE numbers in its public key, in place of the right ones.
    pub algorithm: Option<i64>,
    pub curve: i64,
    pub format: &'static str,
    pub attachment: Value,
    pub transports: Value,
    /// Members that its browser adds to `clientDataJSON`.
    pub client_data: Value,
}

enum Key {
    Es256(EcdsaKeyPair),
    Rs256(Box<RsaKeyPair>),
}

impl Authenticator {
    /// An authenticator built into the computer of a person at this page, with a key of ES256.
    pub fn at(origin: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self::with(origin, Key::Es256(key))
    }

    /// The same with a key of RS256.
    pub fn rsa_at(origin: &str) -> Self {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        Self::with(origin, Key::Rs256(Box::new(key)))
    }

    fn with(origin: &str, key: Key) -> Self {
        let mut id = vec![0; 32];
        fill(&mut id).expect("randomness");
        Self {
            id,
            key,
            origin: origin.to_owned(),
            relying_party: None,
            user_present: true,
            user_verified: true,
            sign_count: 0,
            algorithm: None,
            curve: 1,
            format: "none",
            attachment: json!("platform"),
            transports: json!(["internal"]),
            client_data: json!({}),
        }
    }

    /// The ID as clients write it.
    pub fn credential_id(&self) -> String {
        encode(&self.id)
    }

    /// Answers the options of a registration with a `RegistrationResponseJSON`.
    pub fn create(&self, options: &Value) -> Value {
        let relying_party = options["rp"]["id"].as_str().expect("a relying party");
        let data = self.data(relying_party, Some(self.public_key()));
        let object = Cbor::Map(vec![
            ("fmt".into(), self.format.into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), Cbor::Bytes(data)),
        ]);
        self.credential(json!({
            "clientDataJSON": encode(&self.said("webauthn.create", &options["challenge"])),
            "attestationObject": encode(&written(&object)),
            "transports": self.transports,
        }))
    }

    /// Answers the options of a sign-in with an `AuthenticationResponseJSON`. `user` is the ID that the registration's
    /// options gave to the user.
    pub fn get(&self, options: &Value, user: &str) -> Value {
        let relying_party = options["rpId"].as_str().expect("a relying party");
        let data = self.data(relying_party, None);
        let said = self.said("webauthn.get", &options["challenge"]);
        let message = [&data, digest(&SHA256, &said).as_ref()].concat();
        self.credential(json!({
            "clientDataJSON": encode(&said),
            "authenticatorData": encode(&data),
            "signature": encode(&self.signature(&message)),
            "userHandle": encode(user.as_bytes()),
        }))
    }

    fn credential(&self, response: Value) -> Value {
        json!({
            "id": self.credential_id(),
            "rawId": self.credential_id(),
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
            "response": response,
            "clientExtensionResults": {},
        })
    }

    fn said(&self, ceremony: &str, challenge: &Value) -> Vec<u8> {
        let mut said = json!({
            "type": ceremony,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": false,
        });
        let more = self.client_data.as_object().expect("members").clone();
        said.as_object_mut().expect("members").extend(more);
        said.to_string().into_bytes()
    }

    fn data(&self, asked: &str, key: Option<Cbor>) -> Vec<u8> {
        let relying_party = self.relying_party.as_deref().unwrap_or(asked);
        let flags = u8::from(self.user_present)
            | u8::from(self.user_verified) << 2
            | u8::from(key.is_some()) << 6;
        let mut data = digest(&SHA256, relying_party.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.sign_count.to_be_bytes());
        if let Some(key) = key {
            data.extend([0; 16]);
            let length = u16::try_from(self.id.len()).expect("an ID of 64 kB at most");
            data.extend(length.to_be_bytes());
            data.extend(&self.id);
            data.extend(written(&key));
        }
        data
    }

    fn public_key(&self) -> Cbor {
        let (kind, algorithm, parts) = match &self.key {
            Key::Es256(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = point[1..].split_at(32);
                let parts = [
                    (-1, Cbor::from(self.curve)),
                    (-2, Cbor::Bytes(x.to_vec())),
                    (-3, Cbor::Bytes(y.to_vec())),
                ];
                (2, -7, parts.to_vec())
            }
            Key::Rs256(key) => {
                let key = key.public_key();
                let bytes = |it: &[u8]| Cbor::Bytes(it.to_vec());
                let parts = [
                    (-1, bytes(key.modulus().big_endian_without_leading_zero())),
                    (-2, bytes(key.exponent().big_endian_without_leading_zero())),
                ];
                (3, -257, parts.to_vec())
            }
        };
        let algorithm = self.algorithm.unwrap_or(algorithm);
        let head = [(1, Cbor::from(kind)), (3, Cbor::from(algorithm))];
        let members = head.into_iter().chain(parts);
        Cbor::Map(members.map(|(label, it)| (label.into(), it)).collect())
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Es256(key) => {
                let signature = key.sign(&random, message).expect("a signature");
                signature.as_ref().to_vec()
            }
            Key::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect("a signature");
                signature
            }
        }
    }
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn written(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("CBOR");
    bytes
}
