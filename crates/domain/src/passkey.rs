//! Passkeys: the credentials of Web Authentication that a user has registered.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_model::Blob;
use serde::{Deserialize, Serialize};

use crate::webauthn::{Known, Listed, PublicKey, Registered, Used};
use crate::{ClientId, PoolId, Sub, Time};

/// Number of passkeys that a user may have.
pub const MOST: usize = 20;

/// A passkey of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub pool: PoolId,
    pub sub: Sub,
    /// The credential ID, unique in the pool.
    pub id: Vec<u8>,
    /// Sealed at rest, so that nobody who can write to the database can add a key of their own.
    pub detail: PasskeyDetail,
    /// The authenticator's count of signatures at the last use; 0 if it does not count.
    pub sign_count: u32,
    pub created: Time,
    pub last_used: Option<Time>,
}

/// What the registration of a passkey said, stored as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyDetail {
    /// The relying party at the time: a passkey is of no use to any other.
    pub relying_party: String,
    pub public_key: PublicKey,
    /// The name in lists.
    pub name: String,
    /// `platform` or `cross-platform`, if the client said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
    #[serde(default)]
    pub transports: Vec<String>,
    /// The model of the authenticator, or the provider of the passkey.
    #[serde(default)]
    pub aaguid: [u8; 16],
    /// Whether the key may leave its device.
    #[serde(default)]
    pub backup_eligible: bool,
}

/// A registration that has begun: a user has one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingPasskey {
    pub challenge: Blob,
    /// The app client that started it.
    pub client: ClientId,
    pub expires: Time,
}

impl Passkey {
    /// A passkey that was registered at `created`.
    pub fn new(
        pool: PoolId,
        sub: Sub,
        relying_party: &str,
        registered: Registered,
        created: Time,
    ) -> Self {
        Self {
            pool,
            sub,
            id: registered.id,
            detail: PasskeyDetail {
                relying_party: relying_party.to_owned(),
                public_key: registered.public_key,
                name: name(registered.aaguid, registered.attachment.as_deref()).to_owned(),
                attachment: registered.attachment,
                transports: registered.transports,
                aaguid: registered.aaguid,
                backup_eligible: registered.backup_eligible,
            },
            sign_count: registered.sign_count,
            created,
            last_used: None,
        }
    }

    /// The credential ID as clients write it.
    pub fn credential_id(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.id)
    }

    /// The user's handle: the ID under which authenticators keep their passkeys.
    pub fn user_handle(&self) -> &[u8] {
        self.sub.as_str().as_bytes()
    }

    /// What an assertion is verified against.
    pub fn known(&self) -> Known<'_> {
        Known {
            public_key: &self.detail.public_key,
            sign_count: self.sign_count,
            user_handle: self.user_handle(),
        }
    }

    /// The passkey in the options of a ceremony.
    pub fn listed(&self) -> Listed {
        Listed::new(&self.id)
    }

    /// The passkey after a use.
    #[must_use]
    pub fn used(self, used: Used, at: Time) -> Self {
        Self {
            sign_count: used.sign_count,
            last_used: Some(at),
            ..self
        }
    }

    /// Whether its key is in a device of its own, and not in a phone, computer or password manager.
    pub fn is_hardware(&self) -> bool {
        match self.detail.attachment.as_deref() {
            Some(attachment) => attachment != "platform",
            None => !self.detail.backup_eligible,
        }
    }
}

/// Providers of passkeys by the ID they send (AAGUID).
const PROVIDERS: [(u128, &str); 15] = [
    (
        0xea9b8d66_4d01_1d21_3ce4_b6b48cb575d4,
        "Google Password Manager",
    ),
    (0xfbfc3007_154e_4ecc_8c0b_6e020557d7bd, "Apple Passwords"),
    (
        0xdd4ec289_e01d_41c9_bb89_70fa845d4bf2,
        "iCloud Keychain (Managed)",
    ),
    (0x08987058_cadc_4b81_b6e1_30de50dcbe96, "Windows Hello"),
    (0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9, "Windows Hello"),
    (0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2, "Windows Hello"),
    (
        0xd3452668_01fd_4c12_926c_83a4204853aa,
        "Microsoft Password Manager",
    ),
    (0x53414d53_554e_4700_0000_000000000000, "Samsung Pass"),
    (0xadce0002_35bc_c60a_648b_0b25f1f05503, "Chrome on Mac"),
    (0xbada5566_a7aa_401f_bd96_45619a55120d, "1Password"),
    (0xd548826e_79b4_db40_a3d8_11116f7e8349, "Bitwarden"),
    (0x531126d6_e717_415c_9320_3d9aa6981239, "Dashlane"),
    (0x0ea242b4_43c4_4a1b_8b17_dd6d0b6baec6, "Keeper"),
    (0x50726f74_6f6e_5061_7373_50726f746f6e, "Proton Pass"),
    (0xfdb141b2_5d84_443e_8a35_4698c205a502, "KeePassXC"),
];

/// The name of a new passkey: Cognito's for roaming authenticators, else the provider's if it is known.
fn name(aaguid: [u8; 16], attachment: Option<&str>) -> &'static str {
    let id = u128::from_be_bytes(aaguid);
    let provider = PROVIDERS.into_iter().find(|(own, _)| *own == id);
    match (attachment, provider) {
        (Some("cross-platform"), _) => "Roaming passkey",
        (_, Some((_, provider))) => provider,
        (Some(_), None) => "Platform passkey",
        (None, None) => "Passkey",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first program with passkeys wrote it. Never edit it.
    const GOLDEN: &str = r#"{"relying_party":"example.com","public_key":{"Es256":"BAEC"},"name":"Roaming passkey",
        "attachment":"cross-platform","transports":["usb"],"aaguid":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],
        "backup_eligible":true}"#;

    #[test]
    fn details_of_earlier_and_later_programs_are_read() {
        let detail: PasskeyDetail = serde_json::from_str(GOLDEN).unwrap();
        assert_eq!((detail.aaguid[15], detail.backup_eligible), (16, true));
        assert_eq!(detail.transports, ["usb"]);
        let later = GOLDEN.replacen('{', r#"{"later":1,"#, 1);
        assert_eq!(
            serde_json::from_str::<PasskeyDetail>(&later).unwrap(),
            detail
        );
    }

    #[test]
    fn a_passkey_is_called_after_its_provider_or_its_kind() {
        let bitwarden = 0xd548826e_79b4_db40_a3d8_11116f7e8349_u128.to_be_bytes();
        for (aaguid, attachment, expected) in [
            (bitwarden, Some("platform"), "Bitwarden"),
            (bitwarden, None, "Bitwarden"),
            (bitwarden, Some("cross-platform"), "Roaming passkey"),
            ([0; 16], Some("platform"), "Platform passkey"),
            ([0; 16], None, "Passkey"),
        ] {
            assert_eq!(name(aaguid, attachment), expected);
        }
    }
}
