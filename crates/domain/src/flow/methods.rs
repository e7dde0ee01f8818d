//! The methods of a sign-in as tokens state them (`amr`, RFC 8176), and the level they reach (`acr`).

use serde::{Deserialize, Serialize};

use super::{FirstFactor, Proof, level};
use crate::factor::Factor;

/// One authentication method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A password.
    Pwd,
    /// A code of an authenticator app.
    Otp,
    /// A code sent by text message.
    Sms,
    /// A code sent by mail.
    EmailOtp,
    /// An answer to a challenge of the pool's functions.
    Custom,
    /// A passkey kept by software: a phone, a computer, a password manager.
    Swk,
    /// A passkey of a device of its own.
    Hwk,
    /// The secret of a remembered device; `amr` has no word for it.
    Device,
    /// A recovery code.
    RecoveryCode,
    /// A sign-in at an identity provider.
    Fed,
    /// A method this version does not know: a newer one wrote it.
    #[serde(other)]
    Unknown,
}

impl Method {
    /// The method that a word in the `amr` of an identity provider names.
    pub fn of_provider(word: &str) -> Option<Self> {
        let known = [
            Method::Pwd,
            Method::Otp,
            Method::Sms,
            Method::EmailOtp,
            Method::Swk,
            Method::Hwk,
        ];
        known.into_iter().find(|method| method.as_str() == word)
    }

    /// The stable word, for `amr` if it is told there.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Pwd => "pwd",
            Method::Otp => "otp",
            Method::Sms => "sms",
            Method::EmailOtp => "email_otp",
            Method::Custom => "custom",
            Method::Swk => "swk",
            Method::Hwk => "hwk",
            Method::Device => "device",
            Method::RecoveryCode => "recovery_code",
            Method::Fed => "fed",
            Method::Unknown => "unknown",
        }
    }
}

impl From<Factor> for Method {
    fn from(factor: Factor) -> Self {
        match factor {
            Factor::Totp => Method::Otp,
            Factor::Sms => Method::Sms,
            Factor::Email => Method::EmailOtp,
        }
    }
}

impl From<FirstFactor> for Method {
    fn from(factor: FirstFactor) -> Self {
        match factor {
            FirstFactor::PasswordSrp | FirstFactor::Password => Method::Pwd,
            FirstFactor::Email => Method::EmailOtp,
            FirstFactor::Sms => Method::Sms,
            // Either kind reaches the same level.
            FirstFactor::Passkey => Method::Swk,
        }
    }
}

/// The methods of a sign-in. Empty for one that is older than this record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Methods(pub Vec<Method>);

impl Methods {
    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The methods of these proofs, in order, each once. A new password in place of a temporary one adds nothing.
    pub fn of(proven: &[Proof]) -> Self {
        let mut methods = Vec::new();
        for proof in proven {
            let method = match proof {
                Proof::Password => Method::Pwd,
                Proof::FirstCode(factor) | Proof::Factor(factor) => Method::from(*factor),
                Proof::TotpSetUp => Method::Otp,
                Proof::Custom => Method::Custom,
                Proof::Passkey { hardware: true, .. } => Method::Hwk,
                Proof::Passkey { .. } => Method::Swk,
                Proof::Device(_) => Method::Device,
                Proof::RecoveryCode => Method::RecoveryCode,
                Proof::Federated => Method::Fed,
                Proof::NewPassword | Proof::RecoveryCodesSeen => continue,
            };
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        Self(methods)
    }

    /// Cognito's level, from 1: a password; a code that was sent; both, or a passkey; a password and an authenticator
    /// app. A recovery code counts as a code that was sent. `None` if no methods are recorded.
    pub fn level(&self) -> Option<u8> {
        level::reached(self)
    }

    /// These methods as proofs of a sign-in that goes on from them: whatever they leave open counts for as little as
    /// possible.
    pub fn proofs(&self) -> Vec<Proof> {
        let by_password = self.0.contains(&Method::Pwd);
        let code = |factor| match by_password {
            true => Proof::Factor(factor),
            false => Proof::FirstCode(factor),
        };
        let proof = |method: &Method| match method {
            Method::Pwd => Some(Proof::Password),
            Method::Otp => Some(Proof::Factor(Factor::Totp)),
            Method::Sms => Some(code(Factor::Sms)),
            Method::EmailOtp => Some(code(Factor::Email)),
            Method::Swk | Method::Hwk => Some(Proof::Passkey {
                hardware: *method == Method::Hwk,
                verified: false,
            }),
            Method::RecoveryCode => Some(Proof::RecoveryCode),
            // Which device or provider it was, they do not tell.
            Method::Device | Method::Custom | Method::Fed | Method::Unknown => None,
        };
        self.0.iter().filter_map(proof).collect()
    }

    /// The `amr` claim: every method that Cognito has a word for, and `mfa` for more than one.
    pub fn names(&self) -> Vec<&'static str> {
        let is_told = |method: &&Method| !matches!(method, Method::Device | Method::Unknown);
        let known = self.0.iter().filter(is_told);
        let mut names: Vec<_> = known.map(|method| method.as_str()).collect();
        if names.len() > 1 {
            names.push("mfa");
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_of_a_newer_program_is_read_and_not_told() {
        let methods: Methods = serde_json::from_str(r#"["pwd","face"]"#).unwrap();
        assert_eq!(methods.0, [Method::Pwd, Method::Unknown]);
        assert_eq!((methods.names(), methods.level()), (vec!["pwd"], Some(1)));
    }

    #[test]
    fn levels_are_what_cognito_documents() {
        use Proof as P;
        let passkey = |hardware| P::Passkey {
            hardware,
            verified: true,
        };
        for (proven, level, names) in [
            (vec![], None, vec![]),
            (vec![P::Password], Some(1), vec!["pwd"]),
            (vec![P::Password, P::NewPassword], Some(1), vec!["pwd"]),
            (vec![P::Custom, P::Custom], None, vec!["custom"]),
            (
                vec![P::Password, P::Device("k".into())],
                Some(1),
                vec!["pwd"],
            ),
            (vec![P::Federated], Some(1), vec!["fed"]),
            (
                vec![P::FirstCode(Factor::Email)],
                Some(2),
                vec!["email_otp"],
            ),
            (vec![P::FirstCode(Factor::Sms)], Some(2), vec!["sms"]),
            (
                vec![P::Password, P::Factor(Factor::Sms)],
                Some(3),
                vec!["pwd", "sms", "mfa"],
            ),
            (
                vec![P::Password, P::Factor(Factor::Email)],
                Some(3),
                vec!["pwd", "email_otp", "mfa"],
            ),
            (
                vec![P::Password, P::Factor(Factor::Totp)],
                Some(4),
                vec!["pwd", "otp", "mfa"],
            ),
            (
                vec![P::Password, P::TotpSetUp],
                Some(4),
                vec!["pwd", "otp", "mfa"],
            ),
            (vec![passkey(false)], Some(3), vec!["swk"]),
            (
                vec![passkey(true), P::Factor(Factor::Totp)],
                Some(3),
                vec!["hwk", "otp", "mfa"],
            ),
            (
                vec![P::Password, P::RecoveryCode],
                Some(3),
                vec!["pwd", "recovery_code", "mfa"],
            ),
            (
                vec![P::FirstCode(Factor::Email), P::Factor(Factor::Email)],
                Some(2),
                vec!["email_otp"],
            ),
        ] {
            let methods = Methods::of(&proven);
            assert_eq!(methods.level(), level, "{proven:?}");
            assert_eq!(methods.names(), names, "{proven:?}");
        }
    }
}
