//! Preparation of the operators' pool before the console opens.

use cabana_api::logic::operators;
use cabana_api::{Api, Fault};

use crate::sign_in::{CALLBACK, SIGNED_OUT};

/// Creates the operators' pool and its client, or brings the client's URLs up to date.
///
/// # Errors
/// If the store does not answer.
pub async fn prepare(api: &Api) -> Result<(), Fault> {
    let public = &api.settings.public_url;
    let mut origins = vec![public.clone()];
    // The port speaks TLS as well.
    origins.extend(
        public
            .strip_prefix("http://")
            .map(|rest| format!("https://{rest}")),
    );
    let below = |path: &str| {
        let urls = origins.iter().map(|origin| format!("{origin}{path}"));
        urls.collect()
    };
    operators::ensure(api, below(CALLBACK), below(SIGNED_OUT)).await
}
