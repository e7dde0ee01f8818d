//! `/_cabana/messages`: the inbox for tests. `GET` lists it, newest first; `DELETE` empties it.

use axum::response::{IntoResponse, Response};
use cabana_api::Fault;
use cabana_domain::message::{DeliveryState, Message};
use cabana_store::{Change, Page};
use http::StatusCode;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Desk, failed};
use crate::reply;

/// Most messages shown, newest first.
const SHOWN: u32 = 200;

#[derive(Serialize)]
struct Inbox<'m> {
    messages: Vec<Line<'m>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'m> {
    id: &'m str,
    medium: &'static str,
    to: &'m str,
    subject: &'m str,
    body: &'m str,
    code: Option<&'m str>,
    link: Option<&'m str>,
    pool_id: &'m str,
    sent_at: String,
}

pub async fn list(desk: Desk) -> Response {
    let messages = match newest(&desk).await {
        Ok(messages) => messages,
        Err(fault) => return failed(&fault),
    };
    let inbox = Inbox {
        messages: messages.iter().filter_map(line).collect(),
    };
    reply::json(StatusCode::OK, &inbox)
}

fn line(message: &Message) -> Option<Line<'_>> {
    let content = message.content.as_ref()?;
    Some(Line {
        id: &message.id,
        medium: message.medium.as_str(),
        to: &message.to,
        subject: &content.subject,
        body: &content.body,
        code: content.code.as_deref(),
        link: content.link.as_deref(),
        pool_id: message.pool.as_str(),
        sent_at: sent_at(message.created.micros()),
    })
}

/// An instant in RFC 3339.
fn sent_at(micros: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000);
    at.ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}

pub async fn empty(desk: Desk) -> Response {
    match clear(&desk).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(fault) => failed(&fault),
    }
}

/// The newest messages of the inbox.
///
/// # Errors
/// If the store fails.
pub async fn newest(desk: &Desk) -> Result<Vec<Message>, Fault> {
    let page = Page {
        limit: SHOWN,
        after: None,
    };
    let found = desk
        .web
        .api
        .store
        .messages(Some(DeliveryState::Inbox), page)
        .await?;
    Ok(found.items)
}

/// Empties the inbox.
///
/// # Errors
/// If the store fails.
pub async fn clear(desk: &Desk) -> Result<(), Fault> {
    desk.cx().commit([Change::ClearInbox { pool: None }]).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_instant_is_written_as_programs_read_it() {
        assert_eq!(
            super::sent_at(1_795_380_067_250_000),
            "2026-11-22T20:41:07.25Z"
        );
    }
}
