//! One request of a signed-in operator, with everything pages ask of it.

use std::sync::Arc;

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use cabana_api::{Caller, Cx, Fault, Operator, RequestInfo};
use cabana_domain::Span;
use cabana_model::OperationMarker;
use cabana_web::cookies::Place;
use cabana_web::csrf::{self, Csrf};
use cabana_web::hosts::Asked;
use cabana_web::memory::{Cookie, Memory};
use cabana_web::params::Params;
use cabana_web::{info, is_form, under_policy};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::Console;
use crate::frame::{Flash, Frame};
use crate::halt::Halt;

/// Longest form that is read, in bytes: a hundred callback URLs of a kilobyte each fit.
const LONGEST_FORM: usize = 256 * 1024;

/// What a page answers.
pub type Answer = Result<Response, Halt>;

/// Remembers good news until the next page.
const FLASH: Cookie = Cookie {
    name: "cabana_flash",
    life: Span::minutes(2),
};

/// One request of an operator. A form that reaches a page has shown its token.
pub struct Desk {
    pub console: Arc<Console>,
    pub operator: Operator,
    pub asked: Asked,
    pub headers: HeaderMap,
    pub path: String,
    pub query: Params,
    pub form: Params,
    pub info: RequestInfo,
    csrf: Csrf,
    flash: Option<Flash>,
}

impl FromRequest<Arc<Console>> for Desk {
    type Rejection = Halt;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Halt> {
        let (parts, body) = request.into_parts();
        let asked = Asked::of(&parts);
        // Put there by the guard; a route that does not stand behind it answers nobody.
        let operator = parts.extensions.get::<Operator>().cloned();
        let operator = operator.ok_or_else(|| Halt::refused("Sign in first."))?;
        let form = read_form(&parts, body).await?;
        let reads = parts.method == Method::GET || parts.method == Method::HEAD;
        if !reads
            && !csrf::holds(
                &console.api,
                &parts.headers,
                place(&asked),
                form.get("_csrf"),
            )
        {
            return Err(Halt::forged());
        }
        let info = info(&parts);
        let cx = Cx::new(
            &console.api,
            Caller::Operator(operator.clone()),
            info.clone(),
        );
        let csrf = Csrf::of(&cx, &parts.headers, place(&asked))?;
        let flash = reads
            .then(|| memory(console, &asked).recall(&parts.headers, FLASH))
            .flatten();
        Ok(Self {
            operator,
            csrf,
            flash,
            query: Params::parse(parts.uri.query().unwrap_or_default()),
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            console: Arc::clone(console),
            asked,
            form,
            info,
        })
    }
}

/// The form that was sent; an empty one if there is none.
///
/// # Errors
/// If it is too large.
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

/// The scope of the console's cookies. Over TLS the root, so that their names prove that no other host has planted
/// them; without it only paths below the console, as ports of one machine share their cookies.
pub fn place(asked: &Asked) -> Place<'static> {
    let https = asked.is_https();
    Place {
        path: if https { "/" } else { crate::PATH },
        https,
    }
}

impl Desk {
    /// A context of the API for a step that begins now, in the operator's name.
    pub fn cx(&self) -> Cx<'_> {
        Cx::new(&self.console.api, self.caller(), self.info.clone())
    }

    fn caller(&self) -> Caller {
        Caller::Operator(self.operator.clone())
    }

    /// Calls an operation in the operator's name.
    ///
    /// # Errors
    /// The operation's fault.
    pub async fn call<O: OperationMarker>(&self, input: &O::Input) -> Result<O::Output, Fault> {
        let api = &self.console.api;
        api.call::<O>(self.caller(), self.info.clone(), input).await
    }

    /// The surroundings of a page of this name.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let mut frame = Frame::new(&self.console, title);
        frame.operator = Some(self.operator.clone());
        frame.csrf.clone_from(&self.csrf.field);
        frame.flash.clone_from(&self.flash);
        frame
    }

    /// A page.
    ///
    /// # Errors
    /// If the template fails, which it has no reason to.
    pub fn page(&self, view: &impl Template) -> Answer {
        self.page_with(StatusCode::OK, view)
    }

    /// A form that comes back with what was wrong (422).
    ///
    /// # Errors
    /// If the template fails, which it has no reason to.
    pub fn again(&self, view: &impl Template) -> Answer {
        self.page_with(StatusCode::UNPROCESSABLE_ENTITY, view)
    }

    fn page_with(&self, status: StatusCode, view: &impl Template) -> Answer {
        let mut response = html(view.render()?, status);
        let shown = self.flash.as_ref();
        let forget = shown.and_then(|_| memory(&self.console, &self.asked).forget(FLASH));
        for cookie in self.csrf.cookie.clone().into_iter().chain(forget) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// To another page, after something was done: `news` stands on top of it.
    ///
    /// # Errors
    /// If the news cannot be sealed.
    pub fn done(&self, path: &str, news: impl Into<String>) -> Answer {
        let news: Flash = news.into();
        let cookie = memory(&self.console, &self.asked).keep(FLASH, &news)?;
        let mut response = see_other(path);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }
}

/// To another page of ours, with GET.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Nothing but our own files; the script may ask this server, and nobody may frame the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// HTML with the headers that keep strangers out.
pub fn html(text: String, status: StatusCode) -> Response {
    under_policy(text, status, POLICY)
}
