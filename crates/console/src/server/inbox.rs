//! `/console/inbox`: mails and text messages that the server keeps instead of sending them. Only administrators may
//! read the codes, links and passwords in them, as these are enough to sign in as somebody else.

use askama::Template;
use axum::extract::Path;
use cabana_api::logic::operators;
use cabana_domain::message::{DeliveryState, Message, MessageContent};
use cabana_domain::template::plain_text;
use cabana_model::DeliveryMediumType;

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, Section, When};
use crate::halt::Halt;
use crate::pager::{List, Pager, SHORT_PAGE};
use crate::server::pages;

const LIST: &str = "/console/inbox";
/// Characters of a text message that the list shows.
const PREVIEW: usize = 80;
/// Shown in place of a text that this operator may not read.
const HIDDEN: &str = "Contains a code: only administrators may read it";

#[derive(Template)]
#[template(path = "server/inbox.html")]
struct Inbox {
    frame: Frame,
    form: Form,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    id: String,
    medium: &'static str,
    to: String,
    subject: String,
    readable: bool,
    code: Option<String>,
    sent: When,
}

#[derive(Template)]
#[template(path = "server/message.html")]
struct One {
    frame: Frame,
    medium: &'static str,
    to: String,
    from: Option<String>,
    pool: String,
    sent: When,
    body: String,
    code: Option<String>,
    link: Option<String>,
}

fn demand(desk: &Desk) -> Result<(), Halt> {
    match desk.console.settings.inbox {
        true => Ok(()),
        false => Err(Halt::not_found(
            "This server sends its messages and has no inbox.",
        )),
    }
}

pub async fn list(desk: Desk) -> Answer {
    demand(&desk)?;
    let page = pages::asked(&desk, "inbox")?;
    let store = &desk.console.api.store;
    let found = store.messages(Some(DeliveryState::Inbox), page).await?;
    let lines = found.items.into_iter();
    let lines: Vec<_> = lines.filter_map(|message| line(&desk, message)).collect();
    let next = pages::next(&desk, "inbox", found.next)?;
    let list = List {
        path: LIST,
        kept: &[],
        limit: SHORT_PAGE,
        total: None,
    };
    desk.page(&Inbox {
        frame: desk.frame("Inbox").at(Section::Inbox),
        pager: list.pager(&desk.query, lines.len(), next.as_deref()),
        lines,
        form: Form::resumed(&desk, || Form::new(&desk)).await?,
    })
}

fn line(desk: &Desk, message: Message) -> Option<Line> {
    let content = message.content?;
    let readable = may_read(desk, &content);
    let subject = match (readable, content.subject.as_str()) {
        (false, _) => HIDDEN.to_owned(),
        (true, "") => content.body.chars().take(PREVIEW).collect(),
        (true, subject) => subject.to_owned(),
    };
    Some(Line {
        id: message.id,
        medium: medium_text(message.medium),
        to: message.to,
        subject,
        readable,
        code: content.code.filter(|_| readable),
        sent: When(message.created),
    })
}

/// Whether the operator may read a message.
fn may_read(desk: &Desk, content: &MessageContent) -> bool {
    !desk.operator.read_only || (content.code.is_none() && content.link.is_none())
}

/// Label of a delivery medium.
pub fn medium_text(medium: DeliveryMediumType) -> &'static str {
    match medium {
        DeliveryMediumType::Email => "Email",
        DeliveryMediumType::Sms => "SMS",
    }
}

pub async fn message(Path(id): Path<String>, desk: Desk) -> Answer {
    demand(&desk)?;
    let found = desk.console.api.store.message(&id).await?;
    let message = found.filter(|it| it.state == DeliveryState::Inbox);
    let missing = || Halt::not_found("There is no such message in the inbox.");
    let message = message.ok_or_else(missing)?;
    let content = message.content.ok_or_else(missing)?;
    if !may_read(&desk, &content) {
        return Err(Halt::refused(format!("{HIDDEN}.")));
    }
    let title = match content.subject.as_str() {
        "" => "Text message",
        subject => subject,
    };
    desk.page(&One {
        frame: desk.frame(title).at(Section::Inbox).below("Inbox", LIST),
        medium: medium_text(message.medium),
        to: message.to,
        from: message.from,
        pool: message.pool.to_string(),
        sent: When(message.created),
        body: match message.medium {
            DeliveryMediumType::Email => plain_text(&content.body),
            DeliveryMediumType::Sms => content.body,
        },
        code: content.code,
        link: content.link,
    })
}

pub async fn empty(desk: Desk) -> Answer {
    demand(&desk)?;
    let outcome = operators::messages::empty_inbox(&desk.cx()).await;
    desk.acted(outcome, LIST, "The inbox has been emptied.")
        .await
}
