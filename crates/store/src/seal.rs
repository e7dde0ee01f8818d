//! Sealing: AES-256-GCM for rows and AES-256-GCM-SIV for tickets, under keys derived from the master key, bound to the
//! place of the value.
//!
//! A [`Sealer`] holds the master key and derives one key per [`Purpose`] with HKDF-SHA256, so that a value sealed for
//! one purpose never opens as another. The associated data names the row (or the kind of ticket), so that a sealed
//! value copied elsewhere does not open there. Nonces are random: only here does code below the program's edge draw its
//! own randomness, because a nonce that a test could repeat would be a nonce that production could repeat.
//!
//! Anyone can cause tickets to be made, thousands a second for years. Under one key and with random nonces AES-GCM is
//! good for 2^32 of them (NIST SP 800-38D, 8.3); AES-GCM-SIV derives a key for each nonce and survives a nonce that
//! repeats (RFC 8452), so that keys need no daily rotation. Rows are written far less often, so AES-GCM suffices for
//! them.

use std::fmt;

use aws_lc_rs::aead::{
    AES_256_GCM, AES_256_GCM_SIV, Aad, Algorithm, LessSafeKey, NONCE_LEN, Nonce, UnboundKey,
};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// Purpose of a derived key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Columns of the database.
    Row,
    /// Values that clients carry: sessions, SRP secret blocks, page state, paging tokens.
    Ticket,
}

/// A sealed value did not open. Deliberately gives no reason.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open: damaged, moved, or sealed under another master key")]
pub struct Unsealable;

/// Seals and opens values, and makes keyed hashes, all under one master key of 32 bytes.
pub struct Sealer {
    row: LessSafeKey,
    ticket: LessSafeKey,
    /// Opens tickets of versions before 0.2, which sealed them with AES-GCM. Nothing new is sealed with it.
    old_ticket: LessSafeKey,
    hash: hmac::Key,
    random: SystemRandom,
}

struct Len(usize);

impl KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

impl Sealer {
    /// Derives the working keys.
    ///
    /// # Errors
    /// If the cryptographic library refuses, which it has no reason to.
    pub fn new(master: &[u8; 32]) -> Result<Self, Unsealable> {
        let prk = Salt::new(HKDF_SHA256, b"cabana/v1").extract(master);
        let derive = |info: &[u8]| -> Result<Zeroizing<[u8; 32]>, Unsealable> {
            let mut out = Zeroizing::new([0u8; 32]);
            prk.expand(&[info], Len(32))
                .and_then(|okm| okm.fill(out.as_mut()))
                .map_err(|_| Unsealable)?;
            Ok(out)
        };
        let aead = |algorithm: &'static Algorithm, info: &[u8]| -> Result<_, Unsealable> {
            let key = UnboundKey::new(algorithm, derive(info)?.as_ref()).map_err(|_| Unsealable)?;
            Ok(LessSafeKey::new(key))
        };
        Ok(Self {
            row: aead(&AES_256_GCM, b"row")?,
            ticket: aead(&AES_256_GCM_SIV, b"ticket/siv")?,
            old_ticket: aead(&AES_256_GCM, b"ticket")?,
            hash: hmac::Key::new(hmac::HMAC_SHA256, derive(b"hash")?.as_ref()),
            random: SystemRandom::new(),
        })
    }

    fn key(&self, purpose: Purpose) -> &LessSafeKey {
        match purpose {
            Purpose::Row => &self.row,
            Purpose::Ticket => &self.ticket,
        }
    }

    /// Seals `plain` so that it opens only for this purpose and `place`. The result is 28 bytes longer.
    ///
    /// # Errors
    /// If the system has no randomness, or `plain` is larger than AES-GCM allows.
    pub fn seal(
        &self,
        purpose: Purpose,
        place: &[&str],
        plain: &[u8],
    ) -> Result<Vec<u8>, Unsealable> {
        self.seal_with(self.key(purpose), place, plain)
    }

    fn seal_with(
        &self,
        key: &LessSafeKey,
        place: &[&str],
        plain: &[u8],
    ) -> Result<Vec<u8>, Unsealable> {
        let mut nonce = [0u8; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| Unsealable)?;
        let mut body = plain.to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated(place)),
            &mut body,
        )
        .map_err(|_| Unsealable)?;
        let mut sealed = nonce.to_vec();
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens a value that [`Sealer::seal`] made for the same purpose and place.
    ///
    /// # Errors
    /// [`Unsealable`] for anything else.
    pub fn open(
        &self,
        purpose: Purpose,
        place: &[&str],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let opened = open_with(self.key(purpose), place, sealed);
        match purpose {
            Purpose::Ticket => opened.or_else(|_| open_with(&self.old_ticket, place, sealed)),
            Purpose::Row => opened,
        }
    }

    /// A keyed hash (HMAC-SHA256) of the parts: for codes too short to be hashed bare, names that must not be readable,
    /// and answers that must be the same each time.
    pub fn keyed_hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.hash);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut out = [0u8; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

fn open_with(
    key: &LessSafeKey,
    place: &[&str],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
    let mut body = Zeroizing::new(body.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(associated(place)), &mut body)
        .map_err(|_| Unsealable)?
        .len();
    body.truncate(length);
    Ok(body)
}

/// Length-prefixed, so that no two places encode to the same bytes.
fn associated(place: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    for part in place {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_where_it_was_sealed() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let sealed = sealer
            .seal(Purpose::Row, &["users", "sub-1"], b"verifier")
            .unwrap();
        let open = |purpose, place: &[&str], bytes: &[u8]| {
            sealer
                .open(purpose, place, bytes)
                .map(|plain| plain.to_vec())
        };
        assert_eq!(
            open(Purpose::Row, &["users", "sub-1"], &sealed),
            Ok(b"verifier".to_vec())
        );
        assert_eq!(
            open(Purpose::Row, &["users", "sub-2"], &sealed),
            Err(Unsealable)
        );
        assert_eq!(
            open(Purpose::Row, &["userss", "ub-1"], &sealed),
            Err(Unsealable)
        );
        assert_eq!(
            open(Purpose::Ticket, &["users", "sub-1"], &sealed),
            Err(Unsealable)
        );
        let mut damaged = sealed.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert_eq!(
            open(Purpose::Row, &["users", "sub-1"], &damaged),
            Err(Unsealable)
        );
        assert_eq!(
            open(Purpose::Row, &["users", "sub-1"], &sealed[..5]),
            Err(Unsealable)
        );
        let other = Sealer::new(&[8; 32]).unwrap();
        assert!(
            other
                .open(Purpose::Row, &["users", "sub-1"], &sealed)
                .is_err()
        );
    }

    #[test]
    fn tickets_of_an_older_program_open_and_new_ones_are_sealed_with_siv() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let place = ["session"];
        let old = sealer
            .seal_with(&sealer.old_ticket, &place, b"yesterday")
            .unwrap();
        let new = sealer.seal(Purpose::Ticket, &place, b"yesterday").unwrap();
        assert_eq!(old.len(), new.len());
        for ticket in [&old, &new] {
            let opened = sealer.open(Purpose::Ticket, &place, ticket).unwrap();
            assert_eq!(*opened, b"yesterday");
            assert!(sealer.open(Purpose::Ticket, &["other"], ticket).is_err());
            assert!(sealer.open(Purpose::Row, &place, ticket).is_err());
        }
        assert!(open_with(&sealer.old_ticket, &place, &new).is_err());
        assert!(open_with(&sealer.ticket, &place, &old).is_err());
        // A restarted server has only the master key in common with the one before.
        let restarted = Sealer::new(&[7; 32]).unwrap();
        assert!(restarted.open(Purpose::Ticket, &place, &new).is_ok());
    }

    #[test]
    fn keyed_hashes_keep_their_parts_apart() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        assert_ne!(
            sealer.keyed_hash(&[b"ab", b"c"]),
            sealer.keyed_hash(&[b"a", b"bc"])
        );
        assert_eq!(sealer.keyed_hash(&[b"ab"]), sealer.keyed_hash(&[b"ab"]));
    }
}
