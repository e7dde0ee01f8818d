//! The message format of the AWS Encryption SDK, for encryption only, as Cognito uses it for functions that send
//! messages: version 1, algorithm suite 0x0378 (AES-256-GCM with a key derived by HKDF-SHA-384, signed with ECDSA on
//! P-384), frames of 4096 bytes.
//!
//! <https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/message-format.html>

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA384, KeyType, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

/// Name of the public key of a message's signature in its encryption context.
const PUBLIC_KEY: &str = "aws-crypto-public-key";
const PROVIDER: &str = "aws-kms";
const VERSION: u8 = 1;
/// Customer authenticated encrypted data.
const KIND: u8 = 0x80;
const SUITE: u16 = 0x0378;
const FRAMED: u8 = 2;
const FRAME: usize = 4096;
/// Marks the last frame.
const LAST: u32 = u32::MAX;

/// A 256-bit key.
pub type DataKey = Zeroizing<[u8; 32]>;

/// Names and values that are authenticated with a message: its own, and the key that verifies its signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, String>);

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        Self(
            pairs
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl Context {
    /// The form in a message's header, in the order of the names' bytes.
    ///
    /// # Errors
    /// If it is too long.
    pub fn serialized(&self) -> Result<Vec<u8>, Unspecified> {
        let mut out = length(self.0.len())?.to_vec();
        for (name, value) in &self.0 {
            put(&mut out, name.as_bytes())?;
            put(&mut out, value.as_bytes())?;
        }
        Ok(out)
    }
}

/// A new message: the key pair of its signature, and its context.
pub struct Message {
    signing: EcdsaKeyPair,
    context: Context,
}

/// The keys and the identifier of a message.
pub struct Material<'a> {
    /// ARN of the key under which the data key is wrapped.
    pub key_arn: &'a str,
    pub wrapped: &'a [u8],
    pub data_key: &'a DataKey,
    /// Random, and different for each message.
    pub id: [u8; 16],
}

impl Message {
    /// A message with a new key pair.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn new(mut context: Context) -> Result<Self, Unspecified> {
        let signing = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING)?;
        let public = compressed(signing.public_key().as_ref())?;
        context
            .0
            .insert(PUBLIC_KEY.to_owned(), BASE64_STANDARD.encode(public));
        Ok(Self { signing, context })
    }

    /// The context under which the data key has to be wrapped.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The encrypted message.
    ///
    /// # Errors
    /// If a part is too long for the format.
    pub fn encrypt(self, with: &Material<'_>, plaintext: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let key = derived(with)?;
        let mut out = self.header(with)?;
        let mut tag = Vec::new();
        seal(&key, 0, &out, &mut tag)?;
        out.extend(iv(0));
        out.append(&mut tag);
        body(&key, &with.id, plaintext, &mut out)?;
        let signature = self.signing.sign(&SystemRandom::new(), &out)?;
        put(&mut out, signature.as_ref())?;
        Ok(out)
    }

    fn header(&self, with: &Material<'_>) -> Result<Vec<u8>, Unspecified> {
        let mut out = vec![VERSION, KIND];
        out.extend(SUITE.to_be_bytes());
        out.extend(with.id);
        put(&mut out, &self.context.serialized()?)?;
        // One wrapped data key.
        out.extend(1_u16.to_be_bytes());
        for part in [PROVIDER.as_bytes(), with.key_arn.as_bytes(), with.wrapped] {
            put(&mut out, part)?;
        }
        out.push(FRAMED);
        out.extend([0; 4]);
        out.push(NONCE_LEN as u8);
        out.extend((FRAME as u32).to_be_bytes());
        Ok(out)
    }
}

/// Appends the frames.
fn body(
    key: &LessSafeKey,
    id: &[u8; 16],
    mut rest: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unspecified> {
    let mut number = 1_u32;
    while let Some((frame, after)) = rest.split_at_checked(FRAME).filter(|it| !it.1.is_empty()) {
        out.extend(number.to_be_bytes());
        out.extend(iv(number));
        let mut sealed = frame.to_vec();
        let about = about(id, b"AWSKMSEncryptionClient Frame", number, frame.len());
        seal(key, number, &about, &mut sealed)?;
        out.append(&mut sealed);
        rest = after;
        number = number.checked_add(1).ok_or(Unspecified)?;
    }
    out.extend(LAST.to_be_bytes());
    out.extend(number.to_be_bytes());
    out.extend(iv(number));
    out.extend(
        u32::try_from(rest.len())
            .map_err(|_| Unspecified)?
            .to_be_bytes(),
    );
    let mut sealed = rest.to_vec();
    let about = about(
        id,
        b"AWSKMSEncryptionClient Final Frame",
        number,
        rest.len(),
    );
    seal(key, number, &about, &mut sealed)?;
    out.append(&mut sealed);
    Ok(())
}

/// The data that a frame is authenticated with.
fn about(id: &[u8; 16], kind: &[u8], number: u32, length: usize) -> Vec<u8> {
    let length = (length as u64).to_be_bytes();
    [&id[..], kind, &number.to_be_bytes(), &length].concat()
}

/// Encrypts in place and appends the tag.
fn seal(
    key: &LessSafeKey,
    number: u32,
    about: &[u8],
    data: &mut Vec<u8>,
) -> Result<(), Unspecified> {
    let nonce = Nonce::assume_unique_for_key(iv(number));
    key.seal_in_place_append_tag(nonce, Aad::from(about), data)
}

/// The number of a frame as its nonce: each message has a key of its own. The header has the number 0.
fn iv(number: u32) -> [u8; NONCE_LEN] {
    let mut iv = [0; NONCE_LEN];
    let bytes = number.to_be_bytes();
    iv.iter_mut()
        .rev()
        .zip(bytes.iter().rev())
        .for_each(|(to, from)| *to = *from);
    iv
}

/// The length of a key.
pub(crate) struct KeyLength;

impl KeyType for KeyLength {
    fn len(&self) -> usize {
        32
    }
}

fn derived(with: &Material<'_>) -> Result<LessSafeKey, Unspecified> {
    let mut key = DataKey::default();
    let secret = Salt::new(HKDF_SHA384, &[]).extract(&with.data_key[..]);
    secret
        .expand(&[&SUITE.to_be_bytes(), &with.id], KeyLength)?
        .fill(&mut key[..])?;
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key[..])?))
}

/// The compressed form of a point on P-384.
fn compressed(point: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let (4, x, y) = point
        .split_first()
        .and_then(|(form, rest)| Some((*form, rest.get(..48)?, rest.get(48..96)?)))
        .ok_or(Unspecified)?
    else {
        return Err(Unspecified);
    };
    let parity = y.last().map_or(0, |byte| byte & 1);
    Ok([&[2 + parity], x].concat())
}

fn length(of: usize) -> Result<[u8; 2], Unspecified> {
    u16::try_from(of)
        .map(u16::to_be_bytes)
        .map_err(|_| Unspecified)
}

/// Appends bytes behind their length.
fn put(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Unspecified> {
    out.extend(length(bytes.len())?);
    out.extend(bytes);
    Ok(())
}

#[cfg(test)]
mod tests;
