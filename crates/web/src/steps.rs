//! The sealed cookies that carry what a page shows from a form to the page it redirects to.

use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::Span;
use http::{HeaderValue, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::memory::{Cookie, Memory};
use crate::visit::Visit;

const LIFE: Span = Span::hours(1);
/// Start of the cookies' names.
const PREFIX: &str = "step-";
/// Name of the cookie with the key of an authenticator app that is being registered.
pub const SET_UP: &str = "set-up";
/// Most requests of apps that a browser keeps steps of: proxies refuse long headers.
const MOST: usize = 2;

/// The step of this app's request.
pub fn recall<T: DeserializeOwned>(visit: &Visit) -> Option<T> {
    memory(visit).recall(&visit.headers, cookie(&name(visit)))
}

/// A `Set-Cookie` with the step of this app's request.
///
/// # Errors
/// If sealing fails.
pub fn keep<T: Serialize>(visit: &Visit, step: &T) -> Result<HeaderValue, Fault> {
    memory(visit).keep(cookie(&name(visit)), step)
}

/// Ends the step of this app's request.
pub fn end(visit: &Visit, response: &mut Response) {
    let name = name(visit);
    if visit.cookies().read(&visit.headers, &name).is_some()
        && let Some(line) = memory(visit).forget(cookie(&name))
    {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// Ends all steps of the browser in this pool, and forgets the key of an authenticator app: whoever comes next sees
/// nothing of them.
pub fn end_all(visit: &Visit, response: &mut Response) {
    let mut names = visit.cookies().names(&visit.headers, PREFIX);
    names.extend(visit.cookies().names(&visit.headers, SET_UP));
    let drop = |name: String| memory(visit).forget(cookie(&name));
    for line in names.into_iter().filter_map(drop) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// `Set-Cookie` lines that drop the oldest steps beyond [`MOST`]: they are of tabs left behind.
pub fn excess(visit: &Visit) -> Vec<HeaderValue> {
    let (own, memory) = (name(visit), memory(visit));
    let others = visit.cookies().names(&visit.headers, PREFIX);
    let others = others.into_iter().filter(|name| *name != own);
    let dated = |name: String| (memory.good_until(&visit.headers, cookie(&name)), name);
    let mut others: Vec<_> = others.map(dated).collect();
    others.sort();
    let kept = MOST - 1;
    let dropped = others.len().saturating_sub(kept);
    let drop = |(_, name): (_, String)| memory.forget(cookie(&name));
    others.into_iter().take(dropped).filter_map(drop).collect()
}

/// One name for each request of an app: its query, in this pool.
fn name(visit: &Visit) -> String {
    let query = visit.query.as_sent();
    let pool = visit.pool().id.as_str();
    let parts: [&[u8]; 3] = [b"step", pool.as_bytes(), query.as_bytes()];
    let hash = visit.web.api.sealer.keyed_hash(&parts);
    let hex = hash.iter().take(5).map(|byte| format!("{byte:02x}"));
    hex.fold(PREFIX.to_owned(), |name, part| name + &part)
}

fn cookie(name: &str) -> Cookie<'_> {
    Cookie { name, life: LIFE }
}

/// The sealed cookies of the pool's pages.
pub fn memory(visit: &Visit) -> Memory<'_> {
    Memory {
        sealer: &visit.web.api.sealer,
        now: visit.cx().now(),
        owner: visit.pool().id.as_str(),
        place: visit.cookies(),
    }
}
