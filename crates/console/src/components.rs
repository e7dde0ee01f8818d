//! `/_cabana/components`: every part of the console's pages in each of its states, on one page. Only the emulator shows
//! it. It is for those who change these parts, by eye and with axe.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use cabana_domain::Time;
use cabana_web::params::Params;
use http::StatusCode;

use crate::Console;
use crate::desk::html;
use crate::form::{Field, Form, Group};
use crate::frame::{Frame, When};
use crate::halt::Halt;
use crate::pager::{List, Pager};
use crate::settings::panel::{Cell, Panel};
use crate::sort::Sort;

#[derive(Template)]
#[template(path = "components.html")]
struct Components {
    frame: Frame,
    /// A form as it is opened.
    blank: Form,
    /// A form with values, and with problems.
    refused: Form,
    sort: Sort,
    panels: Vec<Panel>,
    pagers: Vec<Pager>,
    at: When,
    icons: Vec<&'static str>,
}

pub fn routes() -> Router<Arc<Console>> {
    Router::new().route("/_cabana/components", get(show))
}

async fn show(State(console): State<Arc<Console>>) -> Result<Response, Halt> {
    let mut refused = Form::default()
        .with("wrong-name", "no name at all")
        .with("wrong-about", "Two lines,\nboth kept")
        .with("wrong-radio", "code")
        .with("wrong-code", "123");
    refused.add_problem("wrong-name", "Enter a name of at most 128 letters.");
    refused.add_problem("wrong-radio", "Choose another grant type.");
    refused.add_problem("wrong-select", "Choose another grant type.");
    refused.add_problem("wrong-code", "The code is wrong or has expired.");
    let view = Components {
        frame: Frame::new(&console, "Components"),
        blank: Form::default().with("blank-radio", "code").with("on", "on"),
        refused,
        sort: Sort::of(&Params::parse("sort=-name"), "#", &["name", "created"]),
        panels: panels(),
        pagers: pagers(),
        at: When(Time::from_seconds(1_767_225_600)),
        icons: crate::icon::names(),
    };
    Ok(html(view.render()?, StatusCode::OK))
}

impl Components {
    /// Fields whose names begin with `set`.
    fn fields(form: &Form, set: &str) -> Vec<Field> {
        let name = |name: &str| format!("{set}-{name}");
        let text = |of: &str, label: &str| form.text(&name(of), label);
        vec![
            text("name", "Name").hint("What the key is for."),
            text("url", "Callback URL").machine().required(),
            text("days", "Expires in").kind("number").suffix("days"),
            form.area(&name("about"), "Description – optional", 3),
            text("code", "Code").autocomplete("one-time-code"),
        ]
    }

    fn groups(form: &Form, set: &str) -> Vec<Group> {
        let name = |name: &str| format!("{set}-{name}");
        let flows = |group: Group| {
            let group = group.option("code", "Authorization code grant");
            let group = group.meaning("For apps with people.");
            group.option("machine", "Client credentials")
        };
        vec![
            flows(form.choice(&name("radio"), "Grant type")),
            flows(form.checks(&name("checks"), "Grant types")).hint("At least one."),
            flows(form.select(&name("select"), "Kind of grant")),
        ]
    }
}

fn panels() -> Vec<Panel> {
    let url = || "#".to_owned();
    vec![
        Panel::new("facts", "Panel with facts")
            .lead("An introduction of one line.")
            .action(true, "Edit", url())
            .row("Text", "Enabled")
            .row("Nothing", Cell::Nothing)
            .row(
                "To copy",
                Cell::Copied("us-east-1_Q7dLm2XaP".to_owned(), "user pool ID"),
            )
            .row("Tag", Cell::Tag("good", "Available".to_owned()))
            .row("List", Cell::list(vec!["One".to_owned(), "Two".to_owned()]))
            .row(
                "Client secret",
                Cell::Secret {
                    value: "correct-horse-battery".to_owned(),
                    shown: false,
                },
            ),
        Panel::new("lines", "Panel with a table")
            .count(1)
            .main_action(true, "Create app client", url())
            .table(
                &["App client name", "Client ID", ""],
                vec![vec![
                    Cell::Link {
                        text: "librechat".to_owned(),
                        url: url(),
                    },
                    Cell::Code("4f1c2d".to_owned()),
                    Cell::Actions(vec![("Edit", url(), "librechat".to_owned())]),
                ]],
                "",
            )
            .hide_when_narrow(&["Client ID"]),
        Panel::new("no-lines", "Panel with an empty table").table(
            &["Name"],
            Vec::new(),
            "Nothing yet. Create one.",
        ),
        Panel::new("danger", "Danger zone")
            .lead("Users, app clients and signing keys are deleted with it.")
            .danger_action(true, "Delete user pool", url()),
    ]
}

fn pagers() -> Vec<Pager> {
    let list = List {
        path: "#",
        kept: &[],
        limit: 50,
        total: Some(1284),
    };
    let pages = [
        ("", 50, Some("T2")),
        ("next=T3&page=3&back=T2", 50, Some("T4")),
        ("next=T4&page=9", 12, None),
    ];
    pages
        .into_iter()
        .map(|(query, shown, token)| list.pager(&Params::parse(query), shown, token))
        .collect()
}
