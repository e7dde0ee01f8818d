//! `cabana env librechat`: the lines of LibreChat's `.env` that make it sign in here.

use std::sync::Arc;

use cabana_api::logic::clients::view;
use cabana_console::librechat;
use cabana_domain::client::Client;
use cabana_store::SharedStore;

use super::{EnvArguments, existing_store, small_runtime};
use crate::config::{Config, Problem};
use crate::{catalog, demo_pool, edge, tls};

/// Prints the lines.
///
/// # Errors
/// If the client is not there, or not fit for LibreChat.
pub fn print(config: &Config, arguments: &EnvArguments) -> Result<(), Problem> {
    let client = small_runtime()?.block_on(async {
        let store = existing_store(config).await?;
        chosen(&store, arguments).await
    })?;
    let secret: [u8; 32] = edge::random()?;
    let ca = tls::authority_in_use(config);
    let base = librechat::https(&config.public_url(config.listen));
    let client = view::describe(&client);
    let lines = librechat::env(&client, &base, ca.as_deref(), &hex::encode(secret));
    print!("{}", lines.map_err(Problem::new)?);
    Ok(())
}

async fn chosen(store: &SharedStore, arguments: &EnvArguments) -> Result<Arc<Client>, Problem> {
    let pool = match &arguments.pool {
        Some(pool) => Some(catalog::find_pool(store, pool).await?),
        None => None,
    };
    if let Some(client) = &arguments.client {
        return catalog::find_client(store, pool.as_ref().map(|pool| &pool.id), client).await;
    }
    if let Some(pool) = pool {
        return catalog::find_client(store, Some(&pool.id), demo_pool::CLIENT).await;
    }
    let demo = demo_pool::find_in(store).await?;
    demo.map(Arc::new).ok_or_else(|| {
        Problem::new("there is no demo client here: name an app client with --client")
    })
}
