//! Argon2id hashes, for pools that do without SRP. Hashing is slow and takes memory by intent: run it where nothing
//! else waits for it.

use argon2::password_hash::{self, PasswordHasher, PasswordVerifier, phc};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};

/// How much work a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// 19 MiB and two passes on one lane, as OWASP advises: about 15 ms.
    pub const STANDARD: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
    /// As little as Argon2 allows, for tests that hash a lot.
    pub const LEAST: Self = Self {
        memory_kib: Params::MIN_M_COST,
        passes: 1,
    };
}

/// Why a password could not be hashed or compared. Says nothing about whether it is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    #[error("not an Argon2id hash in PHC form")]
    Malformed,
    #[error("the hash could not be computed: {0}")]
    Failed(password_hash::Error),
}

/// The hash in PHC form (`$argon2id$v=19$m=…`). `salt` is 16 random bytes.
pub fn hash(password: &str, salt: [u8; 16], cost: Cost) -> Result<String, HashError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None)
        .map_err(|e| HashError::Failed(e.into()))?;
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(HashError::Failed)?;
    Ok(hash.to_string())
}

/// Whether this is the hashed password. The hash says at which cost to compute; the comparison is in constant time.
pub fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
    let hash = phc::PasswordHash::new(hash).map_err(|_| HashError::Malformed)?;
    if hash.algorithm != ARGON2ID_IDENT || hash.salt.is_none() || hash.hash.is_none() {
        return Err(HashError::Malformed);
    }
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(HashError::Failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_told_from_others() {
        let stored = hash("Sesame, öffne dich!", [7; 16], Cost::LEAST).unwrap();
        assert_eq!(verify("Sesame, öffne dich!", &stored), Ok(true));
        assert_eq!(verify("Sesame, offne dich!", &stored), Ok(false));
        assert_eq!(verify("", &stored), Ok(false));
    }

    #[test]
    fn the_standard_cost_is_written_into_the_hash() {
        let stored = hash("secret", [7; 16], Cost::STANDARD).unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert_eq!(verify("secret", &stored), Ok(true));
    }

    #[test]
    fn salts_make_equal_passwords_differ() {
        assert_ne!(
            hash("secret", [7; 16], Cost::LEAST),
            hash("secret", [8; 16], Cost::LEAST)
        );
    }

    /// A test vector of the reference implementation.
    #[test]
    fn hashes_of_other_programs_are_understood() {
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert_eq!(verify("password", stored), Ok(true));
        assert_eq!(verify("Password", stored), Ok(false));
    }

    #[test]
    fn what_is_no_argon2id_hash_is_an_error_and_never_a_match() {
        for malformed in [
            "",
            "plain",
            "$argon2id$",
            "$argon2id$v=19$m=64,t=1,p=1",
            "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ",
            "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$2b$12$abcdefghijklmnopqrstuv",
        ] {
            assert_eq!(
                verify("", malformed),
                Err(HashError::Malformed),
                "{malformed}"
            );
        }
    }
}
