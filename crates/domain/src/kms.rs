//! Keys that stand for keys of AWS KMS, and the data keys wrapped under them.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

use crate::encryption_sdk::{Context, DataKey, KeyLength};

/// First byte of a wrapped key.
const FORM: u8 = 1;

/// The keys, by ARN.
#[derive(Clone, Default)]
pub struct Keys {
    /// The first of an ARN wraps; all of them open.
    named: BTreeMap<String, Vec<DataKey>>,
    /// Gives every other ARN a key, if set.
    root: Option<DataKey>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.named.keys()).finish()
    }
}

/// The reason why a wrapped key was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// It was wrapped under a key that is not here.
    UnknownKey,
    /// It was changed, or wrapped with another context, or is none of ours.
    Invalid,
}

impl Keys {
    /// These keys alone. The first of an ARN is in use; the others open what was wrapped before.
    pub fn new(named: BTreeMap<String, Vec<DataKey>>) -> Self {
        Self { named, root: None }
    }

    /// These keys, and for every other ARN one derived from `root`.
    pub fn with_root(self, root: DataKey) -> Self {
        let root = Some(root);
        Self { root, ..self }
    }

    /// Whether there is a key of this ARN.
    pub fn has(&self, arn: &str) -> bool {
        self.root.is_some() || self.named.contains_key(arn)
    }

    fn keys(&self, arn: &str) -> Result<Vec<LessSafeKey>, Unspecified> {
        let keys = match (self.named.get(arn), &self.root) {
            (Some(keys), _) => keys.clone(),
            (None, Some(root)) => vec![derived(root, arn)?],
            (None, None) => Vec::new(),
        };
        let made = |key: &DataKey| UnboundKey::new(&AES_256_GCM, &key[..]).map(LessSafeKey::new);
        keys.iter().map(made).collect()
    }

    /// Wraps a data key under the key of this ARN; `None` if there is no such key. The nonce is random and new each
    /// time.
    ///
    /// # Errors
    /// If ARN or context are too long.
    pub fn wrap(
        &self,
        arn: &str,
        context: &Context,
        nonce: [u8; NONCE_LEN],
        data_key: &DataKey,
    ) -> Result<Option<Vec<u8>>, Unspecified> {
        let Some(key) = self.keys(arn)?.into_iter().next() else {
            return Ok(None);
        };
        let length = u16::try_from(arn.len()).map_err(|_| Unspecified)?;
        let mut sealed = data_key.to_vec();
        let about = Aad::from(context.serialized()?);
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), about, &mut sealed)?;
        let length = length.to_be_bytes();
        Ok(Some(
            [&[FORM], &length[..], arn.as_bytes(), &nonce, &sealed].concat(),
        ))
    }

    /// Opens a wrapped data key; returns the ARN of its key, too.
    ///
    /// # Errors
    /// If it is not one of ours with this context.
    pub fn open<'w>(
        &self,
        wrapped: &'w [u8],
        context: &Context,
    ) -> Result<(&'w str, DataKey), Unopened> {
        let (arn, nonce, sealed) = parts(wrapped).ok_or(Unopened::Invalid)?;
        let about = context.serialized().map_err(|_| Unopened::Invalid)?;
        let keys = self.keys(arn).map_err(|_| Unopened::Invalid)?;
        if keys.is_empty() {
            return Err(Unopened::UnknownKey);
        }
        let opened = keys.iter().find_map(|key| {
            let mut opened = Zeroizing::new(sealed.to_vec());
            let nonce = Nonce::assume_unique_for_key(nonce);
            let about = Aad::from(about.as_slice());
            let opened = key.open_in_place(nonce, about, &mut opened).ok()?;
            <[u8; 32]>::try_from(&*opened).ok()
        });
        let opened = opened.ok_or(Unopened::Invalid)?;
        Ok((arn, DataKey::new(opened)))
    }
}

fn derived(root: &DataKey, arn: &str) -> Result<DataKey, Unspecified> {
    let mut key = DataKey::default();
    let secret = Salt::new(HKDF_SHA256, b"cabana key of KMS").extract(&root[..]);
    secret
        .expand(&[arn.as_bytes()], KeyLength)?
        .fill(&mut key[..])?;
    Ok(key)
}

/// The ARN, the nonce and the ciphertext of a wrapped key.
fn parts(wrapped: &[u8]) -> Option<(&str, [u8; NONCE_LEN], &[u8])> {
    let rest = wrapped.strip_prefix(&[FORM])?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (arn, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
    Some((std::str::from_utf8(arn).ok()?, *nonce, sealed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/a";

    fn keys() -> Keys {
        Keys::new([(ARN.to_owned(), vec![DataKey::new([1; 32])])].into())
    }

    #[test]
    fn a_data_key_opens_with_its_own_key_and_context_only() {
        let keys = keys();
        let context = Context::from_iter([("userpool-id", "p")]);
        let data_key = DataKey::new([7; 32]);
        let wrapped = keys
            .wrap(ARN, &context, [3; 12], &data_key)
            .unwrap()
            .unwrap();
        assert_eq!(keys.open(&wrapped, &context), Ok((ARN, data_key)));
        let other = Context::from_iter([("userpool-id", "q")]);
        assert_eq!(keys.open(&wrapped, &other), Err(Unopened::Invalid));
        assert_eq!(
            Keys::default().open(&wrapped, &context),
            Err(Unopened::UnknownKey)
        );
        for at in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[at] ^= 1;
            assert!(keys.open(&changed, &context).is_err(), "byte {at}");
            assert!(keys.open(&wrapped[..at], &context).is_err(), "first {at}");
        }
    }

    #[test]
    fn a_key_that_was_replaced_still_opens() {
        let of = |keys: &[u8]| {
            let keys = keys.iter().map(|byte| DataKey::new([*byte; 32]));
            Keys::new([(ARN.to_owned(), keys.collect())].into())
        };
        let (context, data_key) = (Context::default(), DataKey::new([7; 32]));
        let wrapped = |keys: Keys| {
            keys.wrap(ARN, &context, [3; 12], &data_key)
                .unwrap()
                .unwrap()
        };
        let (old, new) = (wrapped(of(&[1])), wrapped(of(&[2, 1])));
        assert_eq!(
            of(&[2, 1]).open(&old, &context),
            Ok((ARN, data_key.clone()))
        );
        assert_eq!(of(&[2]).open(&new, &context), Ok((ARN, data_key.clone())));
        assert_eq!(of(&[2]).open(&old, &context), Err(Unopened::Invalid));
    }

    #[test]
    fn nothing_is_wrapped_under_an_unknown_key() {
        let wrap = |keys: Keys| {
            let wrapped = keys.wrap("arn:o", &Context::default(), [0; 12], &DataKey::default());
            wrapped.unwrap()
        };
        assert_eq!(wrap(keys()), None);
        let derived = |root: u8| wrap(Keys::default().with_root(DataKey::new([root; 32])));
        assert!(derived(1).is_some());
        assert_ne!(derived(1), derived(2));
    }
}
