//! `/console/account`: an operator's own account. Read-only operators, too, can set up and remove an authenticator app
//! here. Between the steps of the setup the app's key is sealed in a cookie of the operator.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::routing::get;
use cabana_api::logic::operators::factor::{self, Pending};
use cabana_api::logic::tokens;
use cabana_api::{Fault, again};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_domain::{Span, totp};
use cabana_model::ErrorKind;
use cabana_web::memory::Cookie;
use cabana_web::pages::{grouped, qr};
use http::header;

use crate::Console;
use crate::desk::{Answer, Desk, memory, see_other};
use crate::form::{Field, Form};
use crate::frame::{Frame, Section};
use crate::halt::Halt;
use crate::session::{SESSION, Tokens};
use crate::users::blame;
use crate::users::name::Name;
use crate::users::person::Person;

/// Path of the page.
const PAGE: &str = "/console/account";
const SET_UP: &str = "/console/account/authenticator";
const CODE: &str = "/console/account/authenticator/code";
/// The same as the last step of a setup link, which may be skipped.
pub const FIRST: &str = "/console/account/authenticator/code?first=yes";
const REMOVE: &str = "/console/account/authenticator/remove";

/// Cookie of the setup between the password and the first code of a new app.
pub const PENDING: Cookie = Cookie {
    name: "cabana_authenticator",
    life: Span::minutes(30),
};

/// Fields of faults.
const FIELDS: [(ErrorKind, &str); 4] = [
    (ErrorKind::NotAuthorizedException, "password"),
    (ErrorKind::CodeMismatchException, "code"),
    (ErrorKind::ExpiredCodeException, "code"),
    (ErrorKind::LimitExceededException, "code"),
];

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route(PAGE, get(show))
        .route(SET_UP, get(show_set_up).post(begin))
        .route(CODE, get(show_code).post(finish))
        .route(REMOVE, get(show_removal).post(remove))
}

#[derive(Template)]
#[template(path = "users/account.html")]
struct Account {
    frame: Frame,
    form: Form,
    name: String,
    email: String,
    has_authenticator: bool,
}

/// The step of the setup or the removal that asks for the password.
#[derive(Template)]
#[template(path = "users/account_password.html")]
struct Ask {
    frame: Frame,
    form: Form,
    is_removal: bool,
}

impl Ask {
    fn password(&self) -> Field {
        self.form
            .text("password", "Current password")
            .kind("password")
            .autocomplete("current-password")
            .required()
    }

    fn code(&self) -> Field {
        code_field(&self.form)
    }
}

#[derive(Template)]
#[template(path = "users/account_code.html")]
struct Scan {
    frame: Frame,
    form: Form,
    /// The shared secret in Base32.
    secret: String,
    /// The `otpauth://` address.
    uri: String,
    /// Whether the operator comes from a setup link.
    is_first: bool,
}

impl Scan {
    fn picture(&self) -> askama::Result<qr::Picture> {
        qr::picture(&self.uri)
    }

    fn groups(&self) -> String {
        grouped(&self.secret)
    }

    fn code(&self) -> Field {
        code_field(&self.form)
    }
}

fn code_field(form: &Form) -> Field {
    form.text("code", "Code")
        .autocomplete("one-time-code")
        .hint("The six digits that the app shows now.")
        .machine()
        .required()
}

fn frame(desk: &Desk, title: &str) -> Frame {
    desk.frame(title)
        .at(Section::Account)
        .below("Your account", PAGE)
}

/// The code entered, without spaces.
fn code_in(form: &Form) -> String {
    form.get("code").replace(' ', "")
}

/// The operator, by their `sub`, which is unique.
async fn me(desk: &Desk) -> Result<Person, Halt> {
    Person::of(desk, OPERATORS_POOL, &Name::new(desk.operator.sub.as_str())).await
}

fn has_authenticator(me: &Person) -> bool {
    me.factors.iter().any(|it| it == "SOFTWARE_TOKEN_MFA")
}

async fn show(desk: Desk) -> Answer {
    let person = me(&desk).await?;
    desk.page(&Account {
        frame: desk.frame("Your account").at(Section::Account),
        form: Form::resumed(&desk, || Form::new(&desk)).await?,
        name: person.name.as_str().to_owned(),
        email: person.attribute("email").to_owned(),
        has_authenticator: has_authenticator(&person),
    })
}

fn ask(desk: &Desk, form: Form, is_removal: bool) -> Ask {
    let title = match is_removal {
        true => "Remove authenticator app",
        false => "Set up an authenticator app",
    };
    Ask {
        frame: frame(desk, title),
        form,
        is_removal,
    }
}

async fn show_set_up(desk: Desk) -> Answer {
    show_ask(&desk, false).await
}

/// Shows the first page of the setup or the removal, or redirects to the account if there is nothing to do, as after
/// going back in the browser.
async fn show_ask(desk: &Desk, is_removal: bool) -> Answer {
    if has_authenticator(&me(desk).await?) != is_removal {
        return Ok(see_other(PAGE));
    }
    let form = Form::resumed(desk, || Form::new(desk)).await?;
    desk.page(&ask(desk, form, is_removal))
}

async fn begin(desk: Desk) -> Answer {
    let form = Form::sent(&desk);
    let begun = again(&desk.console.api, |_| async {
        factor::begin(&desk.cx(), &desk.operator.sub, form.raw("password")).await
    });
    match begun.await {
        Ok(pending) => {
            let cookie = memory(&desk.console, &desk.asked).keep(PENDING, &pending)?;
            let mut response = see_other(CODE);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(fault) => refused(&desk, form, fault, false).await,
    }
}

/// Redirects to the form that was refused, or to the account if there is nothing to set up or remove any more.
async fn refused(desk: &Desk, mut form: Form, fault: Fault, is_removal: bool) -> Answer {
    if has_authenticator(&me(desk).await?) != is_removal {
        return desk.fault_at(PAGE, fault).await;
    }
    blame(&mut form, fault, &FIELDS)?;
    desk.refused(&form).await
}

/// Whether a setup link has led here.
fn is_first(desk: &Desk) -> bool {
    desk.query.has("first")
}

/// The setup that this operator has started in this browser.
fn pending(desk: &Desk) -> Option<Pending> {
    let pending: Pending = memory(&desk.console, &desk.asked).recall(&desk.headers, PENDING)?;
    (pending.sub == desk.operator.sub).then_some(pending)
}

fn scan(desk: &Desk, pending: &Pending, form: Form) -> Scan {
    let seed = &pending.seed.0;
    Scan {
        frame: frame(desk, "Set up an authenticator app"),
        form,
        secret: totp::base32(seed),
        uri: totp::otpauth_uri("Cabana console", &desk.operator.name, seed),
        is_first: is_first(desk),
    }
}

async fn show_code(desk: Desk) -> Answer {
    let Some(pending) = pending(&desk) else {
        return Ok(see_other(SET_UP));
    };
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    desk.page(&scan(&desk, &pending, form))
}

async fn finish(desk: Desk) -> Answer {
    let Some(pending) = pending(&desk) else {
        return Ok(see_other(SET_UP));
    };
    let mut form = Form::sent(&desk);
    let code = code_in(&form);
    let done = again(&desk.console.api, |_| async {
        factor::set_up(&desk.cx(), &desk.operator.sub, &pending, &code).await
    });
    match done.await {
        Ok(tokens) => go_on(
            &desk,
            tokens,
            "The authenticator app is set up. Every sign-in asks for its code. Other sessions have ended.",
        ),
        Err(fault) => {
            blame(&mut form, fault, &FIELDS)?;
            desk.refused(&form).await
        }
    }
}

async fn show_removal(desk: Desk) -> Answer {
    show_ask(&desk, true).await
}

async fn remove(desk: Desk) -> Answer {
    let form = Form::sent(&desk);
    let code = code_in(&form);
    let done = again(&desk.console.api, |_| async {
        let password = form.raw("password");
        factor::remove(&desk.cx(), &desk.operator.sub, password, &code).await
    });
    match done.await {
        Ok(tokens) => go_on(
            &desk,
            tokens,
            "The authenticator app has been removed. Other sessions have ended.",
        ),
        Err(fault) => refused(&desk, form, fault, true).await,
    }
}

/// Redirects to the account, with the tokens of the only session that continues.
fn go_on(desk: &Desk, tokens: tokens::Tokens, news: &str) -> Answer {
    let memory = memory(&desk.console, &desk.asked);
    let session = memory.keep(SESSION, &Tokens::from(tokens))?;
    let page = match is_first(desk) {
        true => crate::PATH,
        false => PAGE,
    };
    let mut response = desk.done(page, news)?;
    for cookie in [Some(session), memory.forget(PENDING)]
        .into_iter()
        .flatten()
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
