//! The state of a sign-in between two steps, sealed into the `Session` that the client carries.

use std::borrow::Cow;

use cabana_model::{Blob, VerifiedAttributeType};
use serde::{Deserialize, Serialize};

use super::{Challenge, CustomAuth, Decision, FirstFactor, Goal};
use crate::factor::Factor;
use crate::user::User;
use crate::{ClientId, PoolId, Sub, Time, digest};

/// A sign-in in progress. Single use: going on spends `id`, and the next session gets a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthSession {
    /// A UUID, spent when a challenge has been answered or another factor chosen.
    pub id: String,
    pub pool: PoolId,
    pub client: ClientId,
    pub sub: Sub,
    /// A digest of the user's credentials at the time of sealing: the session ends when they change.
    #[serde(default, with = "digest")]
    pub credentials: [u8; 32],
    /// The proofs so far, in order.
    pub proven: Vec<Proof>,
    /// The challenge this session waits for; `None` before the first.
    pub asked: Option<Challenge>,
    /// The name as typed, until a first factor is shown: the user may not exist.
    #[serde(default)]
    pub typed: Option<String>,
    /// The first factor chosen from several.
    #[serde(default)]
    pub first: Option<FirstFactor>,
    /// The second factor chosen from several.
    pub chosen: Option<Factor>,
    /// A TOTP seed handed out during MFA_SETUP and not verified yet.
    pub totp_seed: Option<Blob>,
    /// The challenge that a passkey is to answer.
    #[serde(default)]
    pub passkey_challenge: Option<Blob>,
    /// The code sent by mail or text.
    pub sent: Option<SentCode>,
    /// An address given in MFA_SETUP. It becomes the user's with the code that is sent there.
    #[serde(default)]
    pub address: Option<NewAddress>,
    /// The state of CUSTOM_AUTH.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<CustomAuth>,
    /// The level that the sign-in is to reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// The key of the device that the sign-in names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The recovery codes that are shown, as the random bytes they are made of.
    #[serde(default)]
    pub recovery_seed: Option<Blob>,
    pub expires: Time,
}

/// One proof given by the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// Entered the password (or the temporary one).
    Password,
    /// Entered a code sent this way, instead of a password.
    FirstCode(Factor),
    /// Has replaced a temporary password.
    NewPassword,
    /// Passed this second factor.
    Factor(Factor),
    /// Set up an authenticator app and entered its code, in this sign-in.
    TotpSetUp,
    /// Answered a challenge of the pool's functions to their satisfaction.
    Custom,
    /// Used a passkey.
    Passkey {
        /// Whether its key is in a device of its own.
        hardware: bool,
        /// Whether the authenticator verified the user.
        verified: bool,
    },
    /// Is on the device of this key, which knows its secret. It counts while the session names that device.
    Device(String),
    /// Used up a recovery code in place of a second factor.
    RecoveryCode,
    /// Has seen new recovery codes, and kept them or not.
    RecoveryCodesSeen,
    /// Signed in at an identity provider, which vouches for them.
    Federated,
}

/// An address that becomes a second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAddress {
    pub attribute: VerifiedAttributeType,
    pub value: String,
}

/// A one-time code sent to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// HMAC-SHA256 of the digits under a key that is not in the session.
    #[serde(with = "digest")]
    pub hash: [u8; 32],
    /// A digest of the address it was sent to; the code proves that address.
    #[serde(default, with = "digest")]
    pub address: [u8; 32],
    /// Masked, as the challenge shows it.
    pub destination: String,
}

impl AuthSession {
    /// A sign-in that begins: nothing is shown yet, and nothing asked.
    pub fn begin(id: String, pool: PoolId, client: ClientId, sub: Sub, expires: Time) -> Self {
        Self {
            id,
            pool,
            client,
            sub,
            credentials: [0; 32],
            proven: Vec::new(),
            asked: None,
            typed: None,
            first: None,
            chosen: None,
            totp_seed: None,
            passkey_challenge: None,
            sent: None,
            address: None,
            custom: None,
            goal: None,
            device: None,
            recovery_seed: None,
            expires,
        }
    }

    /// Whether a first factor has been shown.
    pub fn has_first_factor(&self) -> bool {
        let is_first = |proof: &Proof| {
            matches!(
                proof,
                Proof::Password | Proof::FirstCode(_) | Proof::Passkey { .. }
            )
        };
        self.proven.iter().any(is_first)
    }

    /// Whether the person is in, but for what the account and the pool require besides: a first factor has been shown,
    /// or the pool's functions do without.
    pub fn is_admitted(&self) -> bool {
        let decided = self.custom.as_ref().and_then(|it| it.decision);
        self.has_first_factor() || decided == Some(Decision::Tokens)
    }

    /// Whether a second factor has been shown.
    pub fn has_second_factor(&self) -> bool {
        let is_second = |proof: &Proof| matches!(proof, Proof::Factor(_) | Proof::TotpSetUp);
        self.proven.iter().any(is_second)
    }

    /// Whether a code of an authenticator app has been shown.
    pub fn has_app(&self) -> bool {
        self.has(Proof::Factor(Factor::Totp)) || self.has(Proof::TotpSetUp)
    }

    /// Whether it adds to an earlier sign-in, whose proofs may be old.
    pub fn is_on_top(&self) -> bool {
        self.goal.as_ref().is_some_and(|goal| goal.since.is_some())
    }

    /// Adds a proof.
    pub fn prove(&mut self, proof: Proof) {
        if let Some(custom) = &mut self.custom {
            custom.proven(&proof);
        }
        self.proven.push(proof);
    }

    /// Names a device, or none. What another one has proven goes.
    pub fn name_device(&mut self, key: Option<String>) {
        let is_another =
            |proof: &Proof| matches!(proof, Proof::Device(of) if Some(of) != key.as_ref());
        self.proven.retain(|proof| !is_another(proof));
        self.device = key;
    }

    /// Whether the device that the session names has proven itself.
    pub fn has_device(&self) -> bool {
        let named = self.device.as_deref();
        let is_named = |proof: &Proof| matches!(proof, Proof::Device(key) if named == Some(key));
        self.proven.iter().any(is_named)
    }

    /// The user, as they will be once the code sent to a new address was right.
    pub fn applied<'u>(&self, user: &'u User) -> Cow<'u, User> {
        let Some(NewAddress { attribute, value }) = &self.address else {
            return Cow::Borrowed(user);
        };
        let mut user = user.clone();
        let name = attribute.as_str().to_owned();
        user.attributes.insert(name, value.clone());
        Cow::Owned(user)
    }

    /// Whether a passkey has been used whose authenticator verified the user.
    pub fn has_verified_passkey(&self) -> bool {
        let is_verified = |proof: &Proof| matches!(proof, Proof::Passkey { verified: true, .. });
        self.proven.iter().any(is_verified)
    }

    /// Whether this has been shown.
    pub fn has(&self, proof: Proof) -> bool {
        self.proven.contains(&proof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first program of schema 4 sealed it. Never edit it: sessions are in flight during an upgrade.
    const GOLDEN: &str = r#"{"id":"a","pool":"us-east-1_a","client":"c","sub":"s","credentials":CREDENTIALS,
        "proven":["Password",{"Factor":"Email"},"NewPassword","TotpSetUp",{"FirstCode":"Sms"}],
        "asked":{"Factor":"Totp"},"chosen":"Totp","totp_seed":"AQID",
        "sent":{"hash":CREDENTIALS,"address":CREDENTIALS,"destination":"a***@e***"},"expires":9}"#;

    fn golden() -> String {
        GOLDEN.replace("CREDENTIALS", &format!("{:?}", [7; 32]))
    }

    #[test]
    fn the_length_of_a_session_tells_nothing_of_its_digests() {
        let mut session: AuthSession = serde_json::from_str(&golden()).unwrap();
        let length = |session: &AuthSession| serde_json::to_string(session).unwrap().len();
        let before = length(&session);
        session.credentials = [255; 32];
        session.sent.as_mut().unwrap().hash = [0; 32];
        session.sent.as_mut().unwrap().address = [120; 32];
        assert_eq!(length(&session), before);
        let written = serde_json::to_string(&session).unwrap();
        assert_eq!(
            serde_json::from_str::<AuthSession>(&written).unwrap(),
            session
        );
    }

    #[test]
    fn sessions_of_earlier_programs_are_read() {
        let session: AuthSession = serde_json::from_str(&golden()).unwrap();
        assert_eq!(session.credentials, [7; 32]);
        assert!(session.has(Proof::Factor(Factor::Email)) && session.has(Proof::TotpSetUp));
        assert_eq!(session.asked, Some(Challenge::Factor(Factor::Totp)));
        assert_eq!(session.totp_seed, Some(Blob(vec![1, 2, 3])));
        assert_eq!(session.sent.unwrap().address, [7; 32]);
        assert_eq!((session.typed, session.first), (None, None));
        assert_eq!(session.device, None);
    }

    #[test]
    fn sessions_before_a_first_factor_are_read() {
        let choosing = golden()
            .replace(r#"{"Factor":"Totp"}"#, r#"{"First":"Email"}"#)
            .replacen('{', r#"{"typed":"Ada","first":"Email","#, 1);
        let session: AuthSession = serde_json::from_str(&choosing).unwrap();
        assert_eq!(session.typed.as_deref(), Some("Ada"));
        assert_eq!(session.first, Some(FirstFactor::Email));
        assert_eq!(session.asked, Some(Challenge::First(FirstFactor::Email)));
        let passkey = choosing
            .replace(
                r#""NewPassword","#,
                r#"{"Passkey":{"hardware":true,"verified":false}},"#,
            )
            .replacen('{', r#"{"passkey_challenge":"AQID","#, 1);
        let session: AuthSession = serde_json::from_str(&passkey).unwrap();
        assert_eq!(session.passkey_challenge, Some(Blob(vec![1, 2, 3])));
        assert!(session.has(Proof::Passkey {
            hardware: true,
            verified: false
        }));
        let choosing = choosing.replace(r#"{"First":"Email"}"#, r#""ChooseFirst""#);
        let session: AuthSession = serde_json::from_str(&choosing).unwrap();
        assert_eq!(session.asked, Some(Challenge::ChooseFirst));
    }

    #[test]
    fn sessions_with_a_level_to_reach_are_read() {
        let raised = golden().replacen(
            '{',
            r#"{"goal":{"levels":[4,3],"is_required":true,"since":7},"#,
            1,
        );
        let session: AuthSession = serde_json::from_str(&raised).unwrap();
        let goal = session.goal.unwrap();
        assert_eq!((goal.levels, goal.is_required), (vec![4, 3], true));
        assert_eq!(goal.since, Some(Time::from_micros(7)));
        assert_eq!(goal.ground, None);
        let standing = raised.replacen(
            r#""since":7"#,
            r#""since":7,"ground":{"family":"f","browser":"AQID","until":8}"#,
            1,
        );
        let session: AuthSession = serde_json::from_str(&standing).unwrap();
        let ground = session.goal.unwrap().ground.unwrap();
        assert_eq!(ground.family.as_deref(), Some("f"));
        assert_eq!(ground.browser, Some(Blob(vec![1, 2, 3])));
        assert_eq!(ground.until, Time::from_micros(8));
    }

    #[test]
    fn a_session_that_names_a_device_is_read() {
        let golden = golden()
            .replacen('{', r#"{"device":"us-east-1_a-b","#, 1)
            .replace("\"NewPassword\"", r#"{"Device":"us-east-1_a-b"}"#)
            .replace(r#""asked":{"Factor":"Totp"}"#, r#""asked":"Device""#);
        let session: AuthSession = serde_json::from_str(&golden).unwrap();
        assert_eq!(session.device.as_deref(), Some("us-east-1_a-b"));
        assert!(session.has_device());
        assert_eq!(session.asked, Some(Challenge::Device));
        // Earlier programs did not say which device it was: the person begins again.
        let nameless = golden.replace(r#"{"Device":"us-east-1_a-b"}"#, "\"Device\"");
        assert!(serde_json::from_str::<AuthSession>(&nameless).is_err());
    }

    #[test]
    fn what_one_device_has_proven_counts_for_no_other() {
        let mut session: AuthSession = serde_json::from_str(&golden()).unwrap();
        session.name_device(Some("a".to_owned()));
        session.prove(Proof::Device("a".to_owned()));
        assert!(session.has_device());
        session.device = Some("b".to_owned());
        assert!(!session.has_device());
        session.name_device(Some("a".to_owned()));
        assert!(session.has_device());
        for other in [Some("b".to_owned()), None] {
            let mut session = session.clone();
            session.name_device(other);
            assert!(!session.has_device());
            session.name_device(Some("a".to_owned()));
            assert!(!session.has_device());
        }
    }

    #[test]
    fn sessions_of_functions_are_read() {
        let custom = golden()
            .replace(r#"{"Factor":"Totp"}"#, r#""Custom""#)
            .replace(r#""TotpSetUp""#, r#""Custom""#)
            .replacen(
                '{',
                r#"{"custom":{"rounds":[{"c":"A"},{"c":"P"},{"c":"C","w":true,"m":"M"},{"c":"N"},{"c":"S"},{"c":"E"},
                {"c":"T"}],"unknown":"ada","srp_a":"A1","decision":{"Factor":"Sms"},"private":{"a":"b"},"metadata":"M"},"#,
                1,
            );
        let session: AuthSession = serde_json::from_str(&custom).unwrap();
        assert_eq!(session.asked, Some(Challenge::Custom));
        assert!(session.has(Proof::Custom));
        let custom = session.custom.unwrap();
        let names: Vec<_> = custom.rounds.iter().map(|it| it.answered.name()).collect();
        assert_eq!(
            names.join(" "),
            "SRP_A PASSWORD_VERIFIER CUSTOM_CHALLENGE NEW_PASSWORD_REQUIRED SMS_MFA EMAIL_OTP SOFTWARE_TOKEN_MFA"
        );
        assert!(custom.rounds[2].wrongly && !custom.rounds[1].wrongly);
        assert_eq!(custom.rounds[2].metadata.as_deref(), Some("M"));
        assert_eq!(custom.typed.as_deref(), Some("ada"));
        assert_eq!(custom.decision, Some(Decision::Factor(Factor::Sms)));
        assert_eq!(custom.private["a"], "b");
        for (decision, written) in [
            (Decision::Custom, "\"Custom\""),
            (Decision::Password, "\"Password\""),
            (Decision::Tokens, "\"Tokens\""),
            (Decision::Fail, "\"Fail\""),
        ] {
            assert_eq!(serde_json::to_string(&decision).unwrap(), written);
        }
    }

    #[test]
    fn sessions_of_programs_of_schema_3_are_read_with_marks_that_match_nothing() {
        let session: AuthSession = serde_json::from_str(
            r#"{"id":"a","pool":"us-east-1_a","client":"c","sub":"s","proven":["Password"],"asked":null,"chosen":null,
            "totp_seed":null,"sent":{"hash":[7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7],
            "destination":"a***@e***"},"expires":9}"#,
        )
        .unwrap();
        assert_eq!(session.credentials, [0; 32]);
        assert_eq!(session.sent.unwrap().address, [0; 32]);
    }

    #[test]
    fn sessions_of_later_programs_are_read_without_what_is_new_and_refused_where_it_matters() {
        let further = golden().replacen('{', r#"{"risk":"low","#, 1);
        assert!(serde_json::from_str::<AuthSession>(&further).is_ok());
        // An unknown proof is no proof.
        let unknown = golden().replace("\"NewPassword\"", "\"Face\"");
        assert!(serde_json::from_str::<AuthSession>(&unknown).is_err());
    }
}
