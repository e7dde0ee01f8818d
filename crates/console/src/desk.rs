//! A request of a signed-in operator, with everything that pages need of it.

mod outcome;

use std::sync::Arc;

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use cabana_api::{Caller, Cx, Fault, Operator, RequestInfo};
use cabana_model::OperationMarker;
use cabana_web::cookies::Place;
use cabana_web::csrf::{self, Csrf};
use cabana_web::hosts::Asked;
use cabana_web::memory::Memory;
use cabana_web::params::Params;
use cabana_web::{info, is_form, under_policy};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::Console;
use crate::drafts;
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;
use crate::navigation::{PoolNav, with_query};
use crate::news::News;
use crate::pools::guide;

/// Longest form that is accepted, in bytes: a hundred callback URLs of a kilobyte each fit.
const LONGEST_FORM: usize = 256 * 1024;

/// Result of a page's handler.
pub type Answer = Result<Response, Halt>;

/// Problem of a form that lacks its token.
pub const TOO_OLD: &str =
    "This page was too old, and nothing was changed. Check the form and send it again.";
/// The same for a button, or a form whose page is another.
const TOO_OLD_BUTTON: &str = "The page was too old, and nothing was changed. Try again.";
/// Pages whose forms are read-only operators' own.
const OWN: [&str; 2] = ["/console/account", "/console/sign-out"];
/// A request of an operator. The CSRF token of a form has been checked before the form reaches a page.
pub struct Desk {
    pub console: Arc<Console>,
    pub operator: Operator,
    pub asked: Asked,
    pub headers: HeaderMap,
    pub path: String,
    /// The query, without the draft.
    pub query: Params,
    /// ID of the draft that the address names.
    pub draft: Option<String>,
    pub form: Params,
    pub info: RequestInfo,
    csrf: Csrf,
    news: Option<News>,
    pool: Option<PoolNav>,
}

impl FromRequest<Arc<Console>> for Desk {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let read = Self::read(request, console).await;
        let (desk, is_checked) = read.map_err(IntoResponse::into_response)?;
        match is_checked {
            true => Ok(desk),
            false => Err(desk.unchecked().await.into_response()),
        }
    }
}

impl Desk {
    /// Reads a request; also says whether it may change anything.
    async fn read(request: Request, console: &Arc<Console>) -> Result<(Self, bool), Halt> {
        let (parts, body) = request.into_parts();
        let asked = Asked::of(&parts);
        // Set by the guard; a route without the guard refuses every request.
        let operator = parts.extensions.get::<Operator>().cloned();
        let operator = operator.ok_or_else(|| Halt::refused("Sign in first."))?;
        let reads = parts.method == Method::GET || parts.method == Method::HEAD;
        let is_own = OWN.iter().any(|own| parts.uri.path().starts_with(own));
        if operator.read_only && !reads && !is_own {
            return Err(Halt::read_only());
        }
        let form = read_form(&parts, body).await?;
        let token = form.get("_csrf");
        let is_checked = reads || csrf::holds(&console.api, &parts.headers, place(&asked), token);
        let info = info(&parts);
        let cx = Cx::new(
            &console.api,
            Caller::Operator(operator.clone()),
            info.clone(),
        );
        let csrf = Csrf::of(&cx, &parts.headers, place(&asked))?;
        let news = reads
            .then(|| outcome::news(&memory(console, &asked), &parts.headers, &operator))
            .flatten();
        let query = Params::parse(parts.uri.query().unwrap_or_default());
        let desk = Self {
            pool: match reads {
                true => PoolNav::of(console, parts.uri.path()).await?,
                false => None,
            },
            operator,
            csrf,
            news,
            draft: query.get(drafts::PARAMETER).map(str::to_owned),
            query: query.without(drafts::PARAMETER),
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            console: Arc::clone(console),
            asked,
            form,
            info,
        };
        Ok((desk, is_checked))
    }

    /// The answer to a form without this browser's token. If the browser says that it comes from a page of ours, that
    /// page has become too old, as after a restart of the browser: it is shown again with what was entered.
    async fn unchecked(&self) -> Answer {
        let from = self.headers.get("sec-fetch-site");
        let page = referer(&self.headers, &self.asked).filter(|page| is_ours(page));
        let (Some(page), Some(true)) = (page, from.map(|site| site == "same-origin")) else {
            return Err(Halt::forged());
        };
        if page.starts_with(guide::PAGE) {
            // The draft of the guide stays in the address; only the step that was sent has to be entered again.
            return self.done(page, TOO_OLD_BUTTON);
        }
        let (path, query) = page.split_once('?').unwrap_or((page, ""));
        let query = Params::parse(query).without(drafts::PARAMETER);
        let page = with_query(path, query.as_sent());
        if path != self.path {
            return self.problem_at(&page, TOO_OLD_BUTTON).await;
        }
        let mut form = Form::sent(self);
        form.add_form_problem(TOO_OLD);
        self.refused_at(&page, &form).await
    }
}

/// Path and query of the page that a request comes from, if it is of this server.
pub fn referer<'h>(headers: &'h HeaderMap, asked: &Asked) -> Option<&'h str> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    referer.strip_prefix(&asked.origin())
}

/// Whether a path is the console's.
pub fn is_ours(path: &str) -> bool {
    let page = path.strip_prefix(crate::PATH);
    // Browsers resolve dot segments, also encoded ones, and read a backslash as a slash.
    let lower = path.to_ascii_lowercase();
    let leads_out = ["..", "%2e", "\\"].iter().any(|it| lower.contains(it));
    let is_plain = !leads_out && !path.contains(char::is_control);
    is_plain && page.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// Reads the form that was sent; empty if the body is no form.
///
/// # Errors
/// If the form is too large.
pub async fn read_form(parts: &Parts, body: Body) -> Result<Params, Halt> {
    if !is_form(&parts.headers) {
        return Ok(Params::default());
    }
    let bytes = to_bytes(body, LONGEST_FORM).await;
    let bytes = bytes.map_err(|_| Halt::bad_request("The form is too large."))?;
    Ok(Params::parse(&String::from_utf8_lossy(&bytes)))
}

/// The console's sealed cookies.
pub fn memory<'c>(console: &'c Console, asked: &Asked) -> Memory<'c> {
    Memory {
        sealer: &console.api.sealer,
        now: console.api.clock.now(),
        owner: "console",
        place: place(asked),
    }
}

/// Scope of the console's cookies. Over TLS the root path, so that their names prove that no other host has set them;
/// without TLS only paths below the console, as all ports of a machine share their cookies.
pub fn place(asked: &Asked) -> Place<'static> {
    let https = asked.is_https();
    Place {
        path: if https { "/" } else { crate::PATH },
        https,
    }
}

impl Desk {
    /// Context of the API for a step that begins now, with the operator as its caller.
    pub fn cx(&self) -> Cx<'_> {
        Cx::new(&self.console.api, self.caller(), self.info.clone())
    }

    fn caller(&self) -> Caller {
        Caller::Operator(self.operator.clone())
    }

    /// Calls an operation as the operator.
    ///
    /// # Errors
    /// The operation's fault.
    pub async fn call<O: OperationMarker>(&self, input: &O::Input) -> Result<O::Output, Fault> {
        let api = &self.console.api;
        api.call::<O>(self.caller(), self.info.clone(), input).await
    }

    /// Value of the field `_csrf`.
    pub fn csrf(&self) -> &str {
        &self.csrf.field
    }

    /// Frame of a page with this title.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let mut frame = Frame::new(&self.console, title);
        frame.operator = Some(self.operator.clone());
        frame.csrf.clone_from(&self.csrf.field);
        frame.news.clone_from(&self.news);
        frame.pool.clone_from(&self.pool);
        frame
    }

    /// Renders a page.
    ///
    /// # Errors
    /// If the template fails, which is not expected.
    pub fn page(&self, view: &impl Template) -> Answer {
        let mut response = html(view.render()?, StatusCode::OK);
        let shown = self.news.as_ref();
        let forget = shown.and_then(|_| memory(&self.console, &self.asked).forget(outcome::FLASH));
        for cookie in self.csrf.cookie.clone().into_iter().chain(forget) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

/// Redirects to another page of the console, with GET.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Allows only the console's own files. The script may call this server, and no site may frame the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// HTML response under the content security policy.
pub fn html(text: String, status: StatusCode) -> Response {
    under_policy(text, status, POLICY)
}
