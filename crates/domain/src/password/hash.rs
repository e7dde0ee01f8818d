//! Argon2id hashes, for pools with SRP off. Hashing is slow and takes memory by design: run it on a thread where
//! nothing else waits.

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::password_hash::{self, phc};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

/// Cost parameters of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// 19 MiB and two passes on one lane, as OWASP recommends: about 15 ms.
    pub const STANDARD: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
    /// The minimum that Argon2 allows, for tests that hash a lot.
    pub const LEAST: Self = Self {
        memory_kib: Params::MIN_M_COST,
        passes: 1,
    };
}

/// The reason a password could not be hashed or compared. It does not reveal whether the password is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    #[error("not an Argon2id hash in PHC form")]
    Malformed,
    #[error("the hash could not be computed: {0}")]
    Failed(password_hash::Error),
}

/// Working memory for hashes. Fresh memory from the system costs more than reuse, so threads that hash often keep one.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    fn compute(
        &mut self,
        params: Params,
        version: Version,
        password: &str,
        salt: &[u8],
    ) -> Result<Output, HashError> {
        let (blocks, length) = (params.block_count(), params.output_len());
        let length = length.unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        if self.0.len() < blocks {
            self.0.resize(blocks, Block::new());
        }
        let memory = self.0.get_mut(..blocks).unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::Argon2id, version, params);
        let mut output = Zeroizing::new([0; Output::MAX_LENGTH]);
        let output = output.get_mut(..length).unwrap_or_default();
        argon2
            .hash_password_into_with_memory(password.as_bytes(), salt, output, memory)
            .map_err(|error| HashError::Failed(error.into()))?;
        // A hash that needs more memory than ours is an exception; do not keep its memory.
        let usual = Cost::STANDARD.memory_kib as usize;
        if self.0.len() > usual {
            self.0.truncate(usual);
            self.0.shrink_to_fit();
        }
        Output::new(output).map_err(|error| HashError::Failed(error.into()))
    }
}

/// The hash in PHC form (`$argon2id$v=19$m=…`). `salt` is 16 random bytes.
pub fn hash(
    password: &str,
    salt: [u8; 16],
    cost: Cost,
    memory: &mut Memory,
) -> Result<String, HashError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None)
        .map_err(|error| HashError::Failed(error.into()))?;
    let output = memory.compute(params.clone(), Version::V0x13, password, &salt)?;
    let failed = |error: phc::Error| HashError::Failed(error.into());
    let hash = phc::PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(HashError::Failed)?,
        salt: Some(Salt::new(&salt).map_err(failed)?),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

/// Whether this is the hashed password. The hash states its own cost; the comparison is in constant time.
pub fn verify(password: &str, hash: &str, memory: &mut Memory) -> Result<bool, HashError> {
    let hash = phc::PasswordHash::new(hash).map_err(|_| HashError::Malformed)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(HashError::Malformed);
    };
    if hash.algorithm != ARGON2ID_IDENT {
        return Err(HashError::Malformed);
    }
    let version = hash
        .version
        .map_or(Ok(Version::default()), Version::try_from);
    let version = version.map_err(|_| HashError::Malformed)?;
    let params = Params::try_from(&hash).map_err(HashError::Failed)?;
    Ok(memory.compute(params, version, password, salt)? == *expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(password: &str, salt: [u8; 16], cost: Cost) -> Result<String, HashError> {
        super::hash(password, salt, cost, &mut Memory::default())
    }

    fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
        super::verify(password, hash, &mut Memory::default())
    }

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

    #[test]
    fn memory_that_was_used_changes_no_hash() {
        let large = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let memory = &mut Memory::default();
        let fresh = hash("secret", [7; 16], Cost::LEAST).unwrap();
        for _ in 0..2 {
            assert_eq!(super::verify("password", large, memory), Ok(true));
            assert!(memory.0.len() <= Cost::STANDARD.memory_kib as usize);
            let again = super::hash("secret", [7; 16], Cost::LEAST, memory).unwrap();
            assert_eq!(again, fresh);
            assert_eq!(super::verify("secret", &fresh, memory), Ok(true));
        }
    }
}
