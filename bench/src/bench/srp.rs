//! The client's half of SRP, as cheap as an honest client can be: one number A for all sign-ins, and values that depend
//! on the password alone are computed once per user.

use std::cell::RefCell;
use std::collections::HashMap;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_modular::{Modulus, Residue};
use crypto_bigint::{BoxedUint, ConcatenatingMul, Resize};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::common::{Outcome, now, random};

/// The 3072-bit group of RFC 3526; its generator is 2.
const N: &str = concat!(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74",
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437",
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05",
    "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb",
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b",
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718",
    "3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33",
    "a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7",
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864",
    "d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2",
    "08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
);
/// The only date format that is signed, such as `Mon Nov 3 07:05:09 UTC 2025`.
const STAMP: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
);

/// A client that signs in any user whose password it knows.
pub struct SrpClient {
    group: Modulus,
    /// −k
    multiplier: Residue,
    secret: BoxedUint,
    public: Vec<u8>,
    known: RefCell<HashMap<String, Known>>,
}

/// Values that depend on a user's password and salt alone.
struct Known {
    salt: String,
    /// x, the hash of the password.
    exponent: BoxedUint,
    /// −k·g^x
    mask: Residue,
}

/// The proof.
pub struct Claim {
    pub signature: String,
    pub timestamp: String,
}

impl SrpClient {
    /// Creates a client with a secret of its own.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn new() -> Outcome<Self> {
        let n = hex::decode(N)?;
        let group = Modulus::new(&n).ok_or("N is even")?;
        let secret = random::<32>()?;
        let public = group.to_bytes(&group.power(&group.reduce(&[2]), &secret));
        let multiplier = group.reduce(&hash(&[&[0], &n, &[2]]));
        let mut minus_one = n;
        if let Some(last) = minus_one.last_mut() {
            *last -= 1;
        }
        let multiplier = group.multiply(&group.reduce(&minus_one), &multiplier);
        Ok(Self {
            group,
            multiplier,
            secret: BoxedUint::from_be_slice(&secret, 256)?,
            public: public.to_vec(),
            known: RefCell::default(),
        })
    }

    /// `SRP_A`.
    pub fn public(&self) -> String {
        hex::encode(&self.public)
    }

    /// Answers a challenge, for a pool, a user name and a password.
    ///
    /// # Errors
    /// If the challenge cannot be read.
    pub fn claim(
        &self,
        (pool, name, password): (&str, &str, &str),
        salt: &str,
        server_public: &str,
        secret_block: &str,
    ) -> Outcome<Claim> {
        let pool = pool.split_once('_').map_or(pool, |(_, id)| id);
        let server_public = hex::decode(padded(server_public))?;
        let scrambler = hash(&[&positive(&self.public), &positive(&server_public)]);
        self.know(pool, name, password, salt)?;
        let known = self.known.borrow();
        let known = known.get(name).ok_or("a user that is not known")?;
        let base = self
            .group
            .add(&self.group.reduce(&server_public), &known.mask);
        let scrambled =
            BoxedUint::from_be_slice(&scrambler, 256)?.concatenating_mul(&known.exponent);
        // One word longer than the product, for the carry.
        let secret = (&self.secret).resize(576);
        let exponent = scrambled.resize(576).wrapping_add(&secret);
        let shared = self.group.power(&base, &exponent.to_be_bytes());
        let shared = self.group.to_bytes(&shared);
        let key = session_key(&scrambler, &shared);
        let timestamp = OffsetDateTime::from(now()).format(STAMP)?;
        let block = BASE64_STANDARD.decode(secret_block)?;
        let message = [
            pool.as_bytes(),
            name.as_bytes(),
            &block,
            timestamp.as_bytes(),
        ]
        .concat();
        let signature = sign(&Key::new(HMAC_SHA256, &key), &message);
        Ok(Claim {
            signature: BASE64_STANDARD.encode(signature),
            timestamp,
        })
    }

    fn know(&self, pool: &str, name: &str, password: &str, salt: &str) -> Outcome<()> {
        let mut known = self.known.borrow_mut();
        if known.get(name).is_some_and(|known| known.salt == salt) {
            return Ok(());
        }
        let identity = hash(&[pool.as_bytes(), name.as_bytes(), b":", password.as_bytes()]);
        let digest = hash(&[&positive(&hex::decode(padded(salt))?), &identity]);
        let verifier = self.group.power(&self.group.reduce(&[2]), &digest);
        let user = Known {
            salt: salt.to_owned(),
            exponent: BoxedUint::from_be_slice(&digest, 256)?,
            mask: self.group.multiply(&self.multiplier, &verifier),
        };
        known.insert(name.to_owned(), user);
        Ok(())
    }
}

fn session_key(scrambler: &[u8], shared: &[u8]) -> Vec<u8> {
    let extracted = sign(
        &Key::new(HMAC_SHA256, &positive(scrambler)),
        &positive(shared),
    );
    let expand = Key::new(HMAC_SHA256, extracted.as_ref());
    let key = sign(&expand, b"Caldera Derived Key\x01");
    key.as_ref().iter().copied().take(16).collect()
}

/// Hexadecimal in whole bytes.
fn padded(text: &str) -> String {
    let zero = if text.len().is_multiple_of(2) {
        ""
    } else {
        "0"
    };
    format!("{zero}{text}")
}

/// The shortest encoding of the number, with a leading zero byte if it would otherwise look negative.
fn positive(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let (_, digits) = bytes.split_at(zeros);
    let mut number = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|first| *first >= 0x80) {
        number.push(0);
    }
    number.extend_from_slice(digits);
    number
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
