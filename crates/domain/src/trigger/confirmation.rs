//! `PostConfirmation`: learns of a confirmed user, or of a new password. Its response is empty.

use serde::Serialize;

use super::Pairs;

/// Its request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    pub user_attributes: Pairs<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
}
