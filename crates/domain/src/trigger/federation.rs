//! `InboundFederation`: changes what an identity provider says about a person, before anything is made of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Its request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    pub provider_name: &'a str,
    pub provider_type: &'a str,
    pub attributes: Attributes<'a>,
}

/// What the provider says.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Attributes<'a> {
    #[serde(rename_all = "camelCase")]
    Tokens {
        token_response: Map<String, Value>,
        id_token: &'a Map<String, Value>,
        user_info: &'a Map<String, Value>,
    },
    #[serde(rename_all = "camelCase")]
    Saml {
        saml_response: &'a Map<String, Value>,
    },
}

/// Its response, as the function finds it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prefilled {
    user_attributes_to_map: Map<String, Value>,
}

/// Its response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Response {
    user_attributes_to_map: Option<Map<String, Value>>,
}

impl Response {
    /// The claims that take the place of the provider's; `None` if those stay.
    pub fn claims(self) -> Option<Map<String, Value>> {
        self.user_attributes_to_map.filter(|it| !it.is_empty())
    }
}
