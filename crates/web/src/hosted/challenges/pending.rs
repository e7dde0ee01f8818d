//! The challenge that a step of the pages waits for.

use std::collections::BTreeMap;

use cabana_api::Fault;
use cabana_api::logic::sign_in::Issued;
use cabana_domain::flow::Challenge;
use serde::{Deserialize, Serialize};

use super::{Kind, choose_factor, choose_first, choose_set_up};

/// The parameter with the factors that can be set up.
const CAN_SET_UP: &str = "MFAS_CAN_SETUP";
/// Parameters of challenges that pages read.
const PARAMETERS: [&str; 5] = [
    "USER_ID_FOR_SRP",
    CAN_SET_UP,
    "requiredAttributes",
    "CODE_DELIVERY_DELIVERY_MEDIUM",
    "CODE_DELIVERY_DESTINATION",
];

/// A challenge waiting for its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    pub kind: Kind,
    /// The API's session.
    pub session: String,
    pub parameters: BTreeMap<String, String>,
    /// The user name as typed.
    pub username: String,
    /// The factors that can be chosen, by their names in the API, with the masked addresses of codes.
    #[serde(default)]
    pub(super) ways: Vec<(String, Option<String>)>,
    /// The first factors that can be chosen, by their names in the API.
    #[serde(default)]
    pub(super) first: Vec<String>,
    /// Whether a recovery code can be used instead.
    #[serde(default)]
    pub(super) recovers: bool,
}

impl Pending {
    /// The challenge that the sign-in driver issued.
    ///
    /// # Errors
    /// If there is no page for it.
    pub fn of(issued: Issued, username: &str) -> Result<Self, Fault> {
        let kind = match issued.challenge {
            Challenge::SetUpFactor => choose_set_up::first(&list(&issued.parameters, CAN_SET_UP)),
            Challenge::RecoveryCodes => Kind::RecoveryCodes,
            // A choice of one.
            Challenge::ChooseFactor if issued.ways.is_empty() && issued.recovers => Kind::Recovery,
            _ => Kind::of(&issued)?,
        };
        let first = choose_first::names(&issued);
        let ways = issued.ways.into_iter();
        let ways = ways.map(|(factor, address)| (factor.setting_name().to_owned(), address));
        // Cookies are small, and the user's attributes are nobody's business there.
        let mut parameters = issued.parameters;
        parameters.retain(|name, _| PARAMETERS.contains(&name.as_str()));
        Ok(Self {
            kind,
            session: issued.session.unwrap_or_default(),
            parameters,
            username: username.to_owned(),
            ways: ways.collect(),
            first,
            recovers: issued.recovers,
        })
    }

    /// Whether there is more to choose from than one factor.
    pub(super) fn can_choose(&self) -> bool {
        self.ways.len() > 1 || self.recovers
    }

    /// Whether there is more than one first factor to choose from.
    pub(super) fn can_choose_first(&self) -> bool {
        self.first.len() > 1
    }

    /// The factors that can be set up, by their names in the API.
    pub(super) fn can_set_up(&self) -> Vec<String> {
        list(&self.parameters, CAN_SET_UP)
    }

    /// Path of the choice that a page of this kind leads to, if there is one.
    pub(super) fn another_way(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::First | Kind::Choose | Kind::ChooseSetUp => None,
            Kind::FirstSms | Kind::FirstEmail | Kind::Passkey => {
                self.can_choose_first().then_some(choose_first::PATH)
            }
            Kind::SetUp | Kind::SetUpText | Kind::SetUpEmail => {
                (self.can_set_up().len() > 1).then_some(choose_set_up::PATH)
            }
            Kind::Recovery => (!self.ways.is_empty()).then_some(choose_factor::PATH),
            _ => self.can_choose().then_some(choose_factor::PATH),
        }
    }

    /// The user's real name, which the client's secret hash covers.
    pub fn real_name(&self) -> &str {
        self.parameter("USER_ID_FOR_SRP").unwrap_or(&self.username)
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that holds a JSON list.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        list(&self.parameters, name)
    }
}

fn list(parameters: &BTreeMap<String, String>, name: &str) -> Vec<String> {
    let list = parameters.get(name);
    list.and_then(|list| serde_json::from_str(list).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_earlier_and_later_programs_go_on() {
        let golden = r#"{"kind":"SetUp","session":"s","parameters":{"USER_ID_FOR_SRP":"ada"},"username":"Ada",
            "later":1}"#;
        let pending: Pending = serde_json::from_str(golden).unwrap();
        assert_eq!((pending.kind, pending.real_name()), (Kind::SetUp, "ada"));
        let unknown = golden.replace("SetUp", "Pigeon");
        assert!(serde_json::from_str::<Pending>(&unknown).is_err());
    }
}
