//! `PreSignUp`: admits a new user, and may confirm them.

use serde::{Deserialize, Serialize};

use super::Pairs;

/// Its request. The user does not exist yet: the attributes are those that were sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    pub user_attributes: Pairs<'a>,
    pub validation_data: Option<Pairs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
}

/// Its response, as the function finds it.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prefilled {
    auto_confirm_user: bool,
    auto_verify_email: bool,
    auto_verify_phone: bool,
}

/// Its response. An administrator's user is not confirmed by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Response {
    auto_confirm_user: Option<bool>,
    auto_verify_email: Option<bool>,
    auto_verify_phone: Option<bool>,
}

impl Response {
    /// Whether it asks for anything.
    pub fn changes_user(&self) -> bool {
        self.confirms() || self.verifies_email() || self.verifies_phone()
    }

    pub fn confirms(&self) -> bool {
        self.auto_confirm_user == Some(true)
    }

    pub fn verifies_email(&self) -> bool {
        self.auto_verify_email == Some(true)
    }

    pub fn verifies_phone(&self) -> bool {
        self.auto_verify_phone == Some(true)
    }
}
