//! The methods of a sign-in as tokens state them (`amr`, RFC 8176), and the level they reach (`acr`).

use serde::{Deserialize, Serialize};

use super::Proof;
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
    /// The secret of a remembered device; `amr` has no word for it.
    Device,
    /// A sign-in at an identity provider.
    Fed,
    /// A method this version does not know: a newer one wrote it.
    #[serde(other)]
    Unknown,
}

impl Method {
    /// The stable word, for `amr` if it is told there.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Pwd => "pwd",
            Method::Otp => "otp",
            Method::Sms => "sms",
            Method::EmailOtp => "email_otp",
            Method::Custom => "custom",
            Method::Device => "device",
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
                Proof::Device => Method::Device,
                Proof::Federated => Method::Fed,
                Proof::NewPassword => continue,
            };
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        Self(methods)
    }

    /// Cognito's level, from 1: a password; a code that was sent; both; a password and an authenticator app. A
    /// sign-in at an identity provider is of the first. `None` if no methods are recorded.
    pub fn level(&self) -> Option<u8> {
        let has = |method| self.0.contains(&method);
        if has(Method::Fed) {
            return Some(1);
        }
        let sent = has(Method::Sms) || has(Method::EmailOtp);
        match (has(Method::Pwd), has(Method::Otp), sent) {
            (true, true, _) => Some(4),
            (true, false, true) => Some(3),
            (false, _, true) => Some(2),
            (true, false, false) => Some(1),
            (false, _, false) => None,
        }
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
        let methods: Methods = serde_json::from_str(r#"["pwd","hwk"]"#).unwrap();
        assert_eq!(methods.0, [Method::Pwd, Method::Unknown]);
        assert_eq!((methods.names(), methods.level()), (vec!["pwd"], Some(1)));
    }

    #[test]
    fn levels_are_what_cognito_documents() {
        use Proof as P;
        for (proven, level, names) in [
            (vec![], None, vec![]),
            (vec![P::Password], Some(1), vec!["pwd"]),
            (vec![P::Password, P::NewPassword], Some(1), vec!["pwd"]),
            (vec![P::Custom, P::Custom], None, vec!["custom"]),
            (vec![P::Password, P::Device], Some(1), vec!["pwd"]),
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
