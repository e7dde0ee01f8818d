//! Middleware of every page: refuses requests without a session, and renders errors as pages.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{MatchedPath, Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cabana_api::{Caller, Cx, Operator};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_web::csrf::Csrf;
use cabana_web::hosts::Asked;
use cabana_web::{info, reply};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, header};

use crate::Console;
use crate::desk::{html, place, referer};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::session::{self, Visitor};
use crate::sign_in;

/// Admits operators and redirects everybody else to the sign-in page.
pub async fn operators_only(
    State(console): State<Arc<Console>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let asked = Asked::of(&parts);
    let visitor = session::visitor(&console, &parts.headers, &asked, info(&parts)).await;
    let (operator, renewed) = match visitor {
        Ok(Visitor::Operator(operator, renewed)) => (operator, renewed),
        Ok(Visitor::WithoutRole(name)) => return without_role(&name).into_response(),
        Ok(Visitor::Stranger) => {
            return sign_in::redirect_to(page_to_show(&parts, &asked).unwrap_or(crate::PATH));
        }
        Err(fault) => return Halt::from(fault).into_response(),
    };
    parts.extensions.insert(operator.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    response.extensions_mut().insert(operator);
    if let Some(cookie) = renewed {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The page to show after signing in: the one that was requested, or the one whose form was sent.
fn page_to_show<'p>(parts: &'p Parts, asked: &Asked) -> Option<&'p str> {
    if parts.method == Method::GET {
        return parts.uri.path_and_query().map(PathAndQuery::as_str);
    }
    referer(&parts.headers, asked)
}

fn without_role(name: &str) -> Halt {
    Halt {
        link: Some((
            "Sign in as somebody else",
            "/console/sign-in?another=yes".to_owned(),
        )),
        ..Halt::refused(format!(
            "You are signed in as {name}, who has no role here. An administrator can assign one under Operators."
        ))
    }
}

/// Renders a [`Halt`] as a page, and adds the headers of every answer.
pub async fn finish(State(console): State<Arc<Console>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::of(&parts);
    let info = info(&parts);
    let id = info.id.clone();
    // For the sign-out form on every page.
    let cx = Cx::new(&console.api, Caller::InProcess, info);
    let csrf = Csrf::of(&cx, &parts.headers, place(&asked)).ok();
    let pattern = parts.extensions.get::<MatchedPath>().cloned();
    let method = parts.method.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(halt) = response.extensions_mut().remove::<Halt>() {
        let operator = response.extensions_mut().remove::<Operator>();
        let kept = std::mem::take(response.headers_mut());
        let csrf = csrf.map(|csrf| csrf.field).unwrap_or_default();
        response = page(&console, halt, (operator, csrf), &id);
        keep_cookies(&mut response, &kept);
    }
    if let Some(pattern) = pattern {
        // For the log, which must not contain the names in the path.
        response.extensions_mut().insert(pattern);
    }
    reply::finish(&method, response.headers_mut(), asked.is_https(), Some(&id));
    response
}

fn keep_cookies(response: &mut Response, from: &HeaderMap) {
    for cookie in from.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
}

#[derive(Template)]
#[template(path = "halt.html")]
struct Halted<'a> {
    frame: Frame,
    halt: &'a Halt,
    request_id: &'a str,
}

fn page(
    console: &Console,
    halt: Halt,
    (operator, csrf): (Option<Operator>, String),
    request_id: &str,
) -> Response {
    let mut frame = Frame::new(console, halt.heading);
    frame.operator = operator;
    frame.csrf = csrf;
    let view = Halted {
        frame,
        halt: &halt,
        request_id,
    };
    match view.render() {
        Ok(text) => html(text, halt.status),
        Err(_) => halt.status.into_response(),
    }
}

/// Answers paths that no route matches.
pub async fn not_found() -> Halt {
    Halt::not_found("There is no such page in the console.")
}

/// Keeps the operators' pool out of the pages for pools: operators have a page of their own, with its own rules, and
/// the server sets the pool's settings and its app client.
pub async fn not_the_operators(
    Path(parts): Path<HashMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    match parts.get("id").is_some_and(|id| id == OPERATORS_POOL) {
        true => Halt {
            link: Some(("To the operators", "/console/operators".to_owned())),
            ..Halt::not_found("The operators of this server are managed under Operators.")
        }
        .into_response(),
        false => next.run(request).await,
    }
}
