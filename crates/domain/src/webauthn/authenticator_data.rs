//! What the authenticator says of a ceremony: the authenticator data (section 6.1).

use aws_lc_rs::digest::{SHA256, digest};
use ciborium::Value;

use super::{Flaw, encoding};

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// Length of the longest credential ID, in bytes (section 7.1).
const LONGEST_ID: usize = 1_023;

/// The authenticator's data.
#[derive(Debug)]
pub(super) struct AuthenticatorData {
    relying_party_hash: [u8; 32],
    flags: u8,
    pub sign_count: u32,
    /// The new credential, in a registration.
    pub attested: Option<Attested>,
}

/// A new credential.
#[derive(Debug)]
pub(super) struct Attested {
    /// The model of the authenticator, or the provider of the passkey.
    pub aaguid: [u8; 16],
    pub id: Vec<u8>,
    /// The public key in COSE form (RFC 9052).
    pub key: Value,
}

impl AuthenticatorData {
    pub fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        const FORM: Flaw = Flaw::Malformed("authenticator data");
        let (hash, rest) = bytes.split_first_chunk::<32>().ok_or(FORM)?;
        let (flags, rest) = rest.split_first().ok_or(FORM)?;
        let (count, mut rest) = rest.split_first_chunk::<4>().ok_or(FORM)?;
        let attested = match flags & ATTESTED {
            0 => None,
            _ => Some(Attested::take(&mut rest)?),
        };
        if flags & EXTENSIONS != 0 && !encoding::cbor(&mut rest)?.is_map() {
            return Err(FORM);
        }
        if !rest.is_empty() {
            return Err(FORM);
        }
        Ok(Self {
            relying_party_hash: *hash,
            flags: *flags,
            sign_count: u32::from_be_bytes(*count),
            attested,
        })
    }

    /// Requires that the user was present at an authenticator of this relying party, and verified if that is required.
    pub fn check(&self, relying_party: &str, verified: bool) -> Result<(), Flaw> {
        if digest(&SHA256, relying_party.as_bytes()).as_ref() != self.relying_party_hash {
            return Err(Flaw::RelyingParty);
        }
        if self.flags & USER_PRESENT == 0 {
            return Err(Flaw::Malformed("user presence"));
        }
        if self.flags & BACKED_UP != 0 && !self.is_backup_eligible() {
            return Err(Flaw::Malformed("backup state"));
        }
        match verified && !self.is_user_verified() {
            true => Err(Flaw::NotVerified),
            false => Ok(()),
        }
    }

    /// Whether the authenticator verified the user, by a PIN or a fingerprint.
    pub fn is_user_verified(&self) -> bool {
        self.flags & USER_VERIFIED != 0
    }

    /// Whether the key may leave its device, as those of password managers do.
    pub fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }
}

impl Attested {
    fn take(rest: &mut &[u8]) -> Result<Self, Flaw> {
        const FORM: Flaw = Flaw::Malformed("attested credential data");
        let (aaguid, behind) = rest.split_first_chunk::<16>().ok_or(FORM)?;
        let (length, behind) = behind.split_first_chunk::<2>().ok_or(FORM)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (id, behind) = behind.split_at_checked(length).ok_or(FORM)?;
        if !(1..=LONGEST_ID).contains(&length) {
            return Err(Flaw::Malformed("credential ID"));
        }
        *rest = behind;
        Ok(Self {
            aaguid: *aaguid,
            id: id.to_vec(),
            key: encoding::cbor(rest)?,
        })
    }
}
