//! The emulator's operator, `admin`, whom nobody has to create: the set-up link signs them in, and so does a button for
//! browsers on the emulator's own machine.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use cabana_api::Fault;
use cabana_domain::flow::Methods;
use cabana_store::Change;
use cabana_web::csrf::{self, Csrf};
use cabana_web::hosts;
use http::{StatusCode, header};

use crate::Console;
use crate::desk::{Answer, html, memory, place, see_other};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::session::SESSION;
use crate::setup::{Visit, issue, make, promote, user};
use crate::sign_in::{page_of_ours, query};

/// Path that the button sends its form to.
pub const CONTINUE: &str = "/console/continue";
/// User name of the operator.
const ADMIN: &str = "admin";

/// Whether a browser may have the operator's session without a password.
pub fn is_open_to(visit: &Visit) -> bool {
    visit.console.settings.dev && hosts::is_this_machine(&visit.asked, &visit.info)
}

/// Whether the operator exists.
///
/// # Errors
/// If the store does not answer.
pub async fn has_operator(visit: &Visit) -> Result<bool, Fault> {
    Ok(user(&visit.cx(), ADMIN).await?.is_some())
}

/// A way into the console for somebody without a session.
#[derive(Template)]
#[template(path = "enter.html")]
struct Enter {
    frame: Frame,
    /// Whether the operator may go on without a password.
    open: bool,
    /// Path of the page that was requested.
    next: String,
    /// Address of the sign-in page.
    sign_in: String,
}

/// Shows the ways in: without a password on the emulator's own machine; elsewhere how to create the first operator.
///
/// # Errors
/// If the template fails, or the system has no randomness.
pub fn ways_in(visit: &Visit, next: String) -> Answer {
    let cx = visit.cx();
    let csrf = Csrf::of(&cx, &visit.headers, place(&visit.asked))?;
    let mut frame = Frame::new(&visit.console, "Open the console");
    frame.csrf = csrf.field;
    let others = query(&[("another", "yes"), ("next", &next)]);
    let view = Enter {
        frame,
        open: is_open_to(visit),
        next,
        sign_in: format!("{}?{others}", crate::sign_in::SIGN_IN),
    };
    let mut response = html(view.render()?, StatusCode::OK);
    if let Some(cookie) = csrf.cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Signs the operator in on the emulator's own machine.
pub async fn go_on(State(console): State<Arc<Console>>, request: Request) -> Answer {
    let visit = Visit::of(console, request).await?;
    if !is_open_to(&visit) {
        return Err(Halt::not_found("There is no such page in the console."));
    }
    let (place, token) = (place(&visit.asked), visit.csrf.as_deref());
    if !csrf::holds(&visit.console.api, &visit.headers, place, token) {
        return Err(Halt::forged());
    }
    let next = page_of_ours(visit.form.given("next").as_deref());
    sign_in(&visit, None, "ContinueAsAdministrator", &next).await
}

/// Signs the operator in, without a password: creates them if they do not exist, and assigns the role. `spend` is the
/// change that uses up a link.
///
/// # Errors
/// If the link was used already, or the store does not answer.
pub async fn sign_in(visit: &Visit, spend: Option<Change>, action: &str, next: &str) -> Answer {
    let cx = visit.cx();
    if !has_operator(visit).await? {
        // Nobody knows this password or needs it, and an administrator may set another.
        let password = hex::encode(cx.random::<24>()?);
        make(visit, ADMIN, None, &password).await?;
    }
    promote(visit, ADMIN, spend, action).await?;
    let (tokens, _) = issue(visit, ADMIN, Methods::default()).await?;
    let cookie = memory(&visit.console, &visit.asked).keep(SESSION, &tokens)?;
    let mut response = see_other(next);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
