//! The envelope that all events share.

use serde::Serialize;
use serde_json::Error;

use super::Source;
use crate::PoolId;

/// `clientId` of operations that name no app client.
pub const CLIENT_NOT_APPLICABLE: &str = "CLIENT_ID_NOT_APPLICABLE";

/// The members that every event has.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// `1`, or the version of the trigger's events.
    pub version: &'static str,
    pub source: Source,
    pub pool: &'a PoolId,
    pub username: &'a str,
    pub caller: Caller<'a>,
}

/// `callerContext`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Caller<'a> {
    pub aws_sdk_version: &'a str,
    pub client_id: &'a str,
}

/// `{}`: the response of triggers that expect none.
#[derive(Serialize)]
pub struct Empty {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Late<'a, Q, R> {
    version: &'a str,
    region: &'a str,
    user_pool_id: &'a str,
    user_name: &'a str,
    caller_context: Caller<'a>,
    trigger_source: String,
    request: Q,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<R>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Early<'a, Q, R> {
    version: &'a str,
    trigger_source: String,
    region: &'a str,
    user_pool_id: &'a str,
    user_name: &'a str,
    caller_context: Caller<'a>,
    request: Q,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<R>,
}

impl Envelope<'_> {
    /// The event as JSON; `response` as the function finds it, if it has one.
    ///
    /// # Errors
    /// If the parts cannot be written as JSON, which is not expected.
    pub fn event(
        &self,
        request: impl Serialize,
        response: Option<impl Serialize>,
    ) -> Result<Vec<u8>, Error> {
        let (version, caller_context) = (self.version, self.caller);
        let (user_pool_id, user_name) = (self.pool.as_str(), self.username);
        let region = user_pool_id
            .split_once('_')
            .map_or("", |(region, _)| region);
        let trigger_source = self.source.name();
        match self.source.trigger.names_source_early() {
            true => serde_json::to_vec(&Early {
                version,
                trigger_source,
                region,
                user_pool_id,
                user_name,
                caller_context,
                request,
                response,
            }),
            false => serde_json::to_vec(&Late {
                version,
                region,
                user_pool_id,
                user_name,
                caller_context,
                trigger_source,
                request,
                response,
            }),
        }
    }
}
