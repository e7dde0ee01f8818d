//! Challenges for users who do not exist.
//!
//! A client that asks twice for the same unknown name must see the same salt and user ID both times, as for a real one,
//! and must not be able to tell them from real ones (RFC 5054, section 2.5.1.3). So both come from a keyed hash of the
//! name. The verifier is a random member of the group: no password matches it, and making it costs about as little as
//! reading a real one.

use aws_lc_rs::hmac;
use uuid::Uuid;

use super::Verifier;
use super::group::{BYTES, Element};
use super::hashing::HASH_BYTES;

/// The substitute for an unknown user.
pub struct Decoy {
    pub verifier: Verifier,
    /// A stable random (version 4) ID, for pools whose users are known by one.
    pub id: Uuid,
}

/// Makes the substitute for `username` in the pool. `key` is a secret of this server that never changes.
pub fn decoy(key: &[u8], pool_id: &str, username: &str) -> Decoy {
    let stream = Stream {
        key: hmac::Key::new(hmac::HMAC_SHA256, key),
        pool_id,
        username,
    };
    let value = Element::reduced(&stream.bytes::<BYTES>("value"));
    let salt = stream.bytes::<16>("salt");
    Decoy {
        verifier: Verifier::without_password(salt, value),
        id: uuid::Builder::from_random_bytes(stream.bytes("id")).into_uuid(),
    }
}

struct Stream<'a> {
    key: hmac::Key,
    pool_id: &'a str,
    username: &'a str,
}

impl Stream<'_> {
    /// Bytes derived from the key, the names and their purpose.
    fn bytes<const COUNT: usize>(&self, purpose: &str) -> [u8; COUNT] {
        let mut bytes = [0; COUNT];
        for (chunk, counter) in bytes.chunks_mut(HASH_BYTES).zip(0_u32..) {
            let mut context = hmac::Context::with_key(&self.key);
            for part in [
                b"srp decoy".as_slice(),
                purpose.as_bytes(),
                self.pool_id.as_bytes(),
            ] {
                context.update(part);
                context.update(&[0]);
            }
            context.update(&counter.to_be_bytes());
            context.update(self.username.as_bytes());
            for (target, byte) in chunk.iter_mut().zip(context.sign().as_ref()) {
                *target = *byte;
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srp::Names;

    const POOL: &str = "eu-west-1_Ab12Cd34E";

    fn seen(key: &[u8], pool: &str, username: &str) -> (String, Uuid, Vec<u8>) {
        let decoy = decoy(key, pool, username);
        (
            decoy.verifier.salt_hex(),
            decoy.id,
            decoy.verifier.value_bytes().to_vec(),
        )
    }

    #[test]
    fn a_stranger_sees_the_same_stand_in_every_time() {
        assert_eq!(seen(b"key", POOL, "ghost"), seen(b"key", POOL, "ghost"));
    }

    #[test]
    fn stand_ins_differ_by_key_pool_and_name() {
        let one = seen(b"key", POOL, "ghost");
        for other in [
            seen(b"yek", POOL, "ghost"),
            seen(b"key", "eu_B", "ghost"),
            seen(b"key", POOL, "ghosts"),
        ] {
            assert_ne!(one.0, other.0);
            assert_ne!(one.1, other.1);
            assert_ne!(one.2, other.2);
        }
    }

    #[test]
    fn a_stand_in_looks_like_a_user() {
        for i in 0..1000 {
            let decoy = decoy(b"key", POOL, &format!("ghost{i}"));
            assert_eq!(decoy.id.get_version_num(), 4);
            assert_eq!(decoy.verifier.salt_hex().len(), 32);
            assert!(!decoy.verifier.salt_hex().starts_with("00"));
        }
    }

    #[test]
    fn no_password_opens_a_stand_in() {
        let decoy = decoy(b"key", POOL, "ghost");
        assert!(!decoy.verifier.matches(Names::user(POOL, "ghost"), ""));
        assert!(
            !decoy
                .verifier
                .matches(Names::user(POOL, "ghost"), "password")
        );
    }
}
