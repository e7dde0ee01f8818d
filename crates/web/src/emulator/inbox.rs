//! `/inbox`: mails and text messages that were sent.

use axum::extract::{FromRequest, Path, Request, State};
use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::message::{DeliveryState, Message};
use cabana_model::DeliveryMediumType;
use http::StatusCode;
use std::sync::Arc;

use super::{Desk, failed, messages, missing};
use crate::Web;
use crate::csrf;
use crate::pages::emulator::{self, Inbox, InboxLine};
use crate::pages::{ErrorPage, Medium, Moment, PageError, Post};
use crate::reply;

/// Characters of a text message shown in the list.
const PREVIEW: usize = 80;

pub async fn list(desk: Desk) -> Response {
    match listed(&desk).await {
        Ok(response) => response,
        Err(fault) => failed(&fault),
    }
}

async fn listed(desk: &Desk) -> Result<Response, Fault> {
    let csrf = desk.csrf()?;
    let view = Inbox {
        frame: desk.frame(),
        nav: desk.nav(),
        messages: messages::newest(desk)
            .await?
            .iter()
            .filter_map(|message| line(desk, message))
            .collect(),
        empty: Post {
            action: desk.nav().inbox_url,
            csrf: csrf.field.clone(),
            hidden: Vec::new(),
        },
    };
    Ok(desk.page(&view, Some(csrf)))
}

fn line(desk: &Desk, message: &Message) -> Option<InboxLine> {
    let content = message.content.as_ref()?;
    let subject = match content.subject.as_str() {
        "" => content.body.chars().take(PREVIEW).collect(),
        subject => subject.to_owned(),
    };
    Some(InboxLine {
        url: format!("{}/{}", desk.nav().inbox_url, message.id),
        medium: medium(message),
        to: message.to.clone(),
        subject,
        code: content.code.clone(),
        sent_at: Moment(message.created.micros()),
    })
}

fn medium(message: &Message) -> Medium {
    match message.medium {
        DeliveryMediumType::Sms => Medium::Sms,
        DeliveryMediumType::Email => Medium::Email,
    }
}

pub async fn message(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let desk = match Desk::from_request(request, &web).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let found = match web.api.store.message(&id).await {
        Ok(found) => found.filter(|message| message.state == DeliveryState::Inbox),
        Err(error) => return failed(&error.into()),
    };
    let Some((message, content)) =
        found.and_then(|mut message| message.content.take().map(|content| (message, content)))
    else {
        return missing(&web, &desk.headers, desk.info.id.clone());
    };
    let view = emulator::Message {
        frame: desk.frame(),
        nav: desk.nav(),
        medium: medium(&message),
        subject: Some(content.subject),
        sent_at: Moment(message.created.micros()),
        pool_id: message.pool.as_str().to_owned(),
        to: message.to,
        body: content.body,
        code: content.code,
        link: content.link,
    };
    desk.page(&view, None)
}

pub async fn empty(desk: Desk) -> Response {
    if !csrf::holds(
        &desk.web.api,
        &desk.headers,
        desk.cookies(),
        desk.form.get("_csrf"),
    ) {
        let view = ErrorPage {
            retry_url: Some(desk.nav().inbox_url),
            ..ErrorPage::new(desk.frame(), PageError::Expired, &desk.info.id)
        };
        let mut response = desk.page(&view, None);
        *response.status_mut() = StatusCode::FORBIDDEN;
        return response;
    }
    match messages::clear(&desk).await {
        Ok(()) => reply::found(&desk.nav().inbox_url),
        Err(fault) => failed(&fault),
    }
}
