//! `PreAuthentication` and `PostAuthentication`: before the first factor is judged, and after the last one. Their
//! responses are empty.

use serde::Serialize;

use super::Pairs;

/// The request of `PreAuthentication`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Before<'a> {
    /// Empty for a user who does not exist.
    pub user_attributes: Pairs<'a>,
    /// The client's metadata.
    pub validation_data: Option<Pairs<'a>>,
    /// Present only if the client hides which users exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_not_found: Option<bool>,
}

/// The request of `PostAuthentication`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct After<'a> {
    pub user_attributes: Pairs<'a>,
    pub new_device_used: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
}
