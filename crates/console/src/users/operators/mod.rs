//! `/console/operators`: the operators of this server. They are users of a pool of their own, and their group is their
//! role.

mod actions;
mod add;
mod list;
mod page;
mod password;
mod rules;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::Console;
use crate::desk::Desk;
use crate::form::{Form, Group};
use crate::frame::{Frame, Section};
use crate::users::name::Name;

const LIST: &str = "/console/operators";

pub fn routes() -> Router<Arc<Console>> {
    const OPERATOR: &str = "/console/operators/{name}";
    let below = |rest: &str| format!("{OPERATOR}/{rest}");
    Router::new()
        .route(LIST, get(list::show))
        .route("/console/operators/new", get(add::show).post(add::add))
        .route(OPERATOR, get(page::show))
        .route(&below("role"), post(actions::set_role))
        .route(&below("password"), get(password::show).post(password::set))
        .route(
            &below("software-token/delete"),
            post(actions::delete_software_token),
        )
        .route(&below("sign-out"), post(actions::sign_out))
        .route(&below("enable"), post(actions::enable))
        .route(&below("disable"), post(actions::disable))
        .route(&below("delete"), post(actions::delete))
}

fn url(name: &Name) -> String {
    format!("{LIST}/{}", name.segment())
}

/// Frame of a page below the list.
fn frame(desk: &Desk, title: &str) -> Frame {
    desk.frame(title)
        .at(Section::Operators)
        .below("Operators", LIST)
}

/// Choice of a role.
fn role_choice(form: &Form) -> Group {
    form.choice("role", "Role")
        .option("administrators", "Administrator")
        .meaning("May do everything.")
        .option("read-only", "Read-only")
        .meaning("May look at everything and change nothing.")
}
