//! `/console/messages`: the delivery of every message. Their texts are not shown here.

use askama::Template;
use cabana_domain::message::{DeliveryState, Message};
use cabana_domain::pool::OPERATORS_POOL;

use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::{Frame, Section, When};
use crate::pager::{List, Pager, SHORT_PAGE};
use crate::server::inbox::medium_text;
use crate::server::pages;

/// States to filter by.
const STATES: [(&str, &str, DeliveryState); 4] = [
    ("queued", "Queued", DeliveryState::Queued),
    ("sent", "Sent", DeliveryState::Sent),
    ("failed", "Failed", DeliveryState::Failed),
    ("inbox", "In the inbox", DeliveryState::Inbox),
];

#[derive(Template)]
#[template(path = "server/messages.html")]
struct Messages {
    frame: Frame,
    form: Form,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    to: String,
    medium: &'static str,
    /// Id of the pool; `None` for the server's own messages.
    pool: Option<String>,
    state: &'static str,
    class: &'static str,
    attempts: u32,
    error: Option<String>,
    /// Time of the next attempt.
    again: Option<When>,
    created: When,
}

impl Messages {
    fn state(&self) -> Group {
        let select = self.form.select("state", "State").option("", "All");
        STATES.iter().fold(select, |select, (value, label, _)| {
            select.option(value, label)
        })
    }
}

pub async fn show(desk: Desk) -> Answer {
    let form = Form::new(&desk).filled(&desk.query);
    let wanted = STATES
        .iter()
        .find(|(value, ..)| *value == form.get("state"));
    let state = wanted.map(|(.., state)| *state);
    let name = wanted.map_or("", |(value, ..)| value);
    let list = format!("messages {name}");
    let page = pages::asked(&desk, &list)?;
    let found = desk.console.api.store.messages(state, page).await?;
    let next = pages::next(&desk, &list, found.next)?;
    let list = List {
        path: "/console/messages",
        kept: &[("state", name)],
        limit: SHORT_PAGE,
        total: None,
    };
    desk.page(&Messages {
        frame: desk.frame("Messages").at(Section::Messages),
        form,
        pager: list.pager(&desk.query, found.items.len(), next.as_deref()),
        lines: found.items.into_iter().map(line).collect(),
    })
}

fn line(message: Message) -> Line {
    let (state, class) = state_text(&message);
    let retried = message.state == DeliveryState::Queued && message.error.is_some();
    Line {
        to: message.to,
        medium: medium_text(message.medium),
        pool: Some(message.pool.to_string()).filter(|id| id != OPERATORS_POOL),
        state,
        class,
        attempts: message.attempts,
        error: message.error,
        again: retried.then_some(When(message.due)),
        created: When(message.created),
    }
}

fn state_text(message: &Message) -> (&'static str, &'static str) {
    match (message.state, message.attempts, &message.error) {
        (DeliveryState::Queued, 0, _) => ("Queued", ""),
        (DeliveryState::Queued, _, None) => ("Sending", ""),
        (DeliveryState::Queued, _, Some(_)) => ("Retrying", "warn"),
        (DeliveryState::Sent, ..) => ("Sent", "good"),
        (DeliveryState::Inbox, ..) => ("In the inbox", "good"),
        (DeliveryState::Failed, ..) => ("Failed", "bad"),
    }
}
