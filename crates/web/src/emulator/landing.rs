//! `/` of the emulator: what the server offers, and how to point programs at it.

use axum::response::Response;
use cabana_api::logic::functions::Listed;

use super::{Desk, failed, functions};
use crate::pages::emulator::Landing;

/// Most functions shown.
const FUNCTIONS: usize = 20;

pub async fn landing(desk: Desk) -> Response {
    let functions = match functions::all(&desk).await {
        Ok(functions) => functions,
        Err(fault) => return failed(&fault),
    };
    let settings = &desk.web.api.settings;
    let (endpoint, demo) = (&settings.public_url, &desk.web.settings.demo);
    let pool_id = demo.as_ref().map(|demo| demo.pool_id.clone());
    let pool_id = pool_id.unwrap_or_else(|| format!("{}_…", settings.region));
    // Links keep the scheme and host of the request, like the URLs in the documents.
    let here = format!("{}{}", desk.asked.origin(), desk.web.public.root);
    let at = |path: &str| format!("{here}/{pool_id}/.well-known/{path}");
    let view = Landing {
        frame: desk.frame(),
        nav: desk.nav(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        endpoint: endpoint.clone(),
        region: settings.region.clone(),
        client_id: demo
            .as_ref()
            .map_or_else(|| "…".to_owned(), |demo| demo.client_id.clone()),
        discovery_url: at("openid-configuration"),
        jwks_url: at("jwks.json"),
        messages_url: format!("{here}/_cabana/messages"),
        functions: lines(&functions),
        demo_user: demo.as_ref().and_then(|demo| demo.user.clone()),
        pool_id,
    };
    desk.page(&view, None)
}

/// Lines that run the first functions.
fn lines(functions: &[Listed]) -> String {
    let of_each = functions
        .iter()
        .take(FUNCTIONS)
        .map(|it| it.lines().join("\n"));
    of_each.collect::<Vec<_>>().join("\n\n")
}
