//! `cabana env librechat`: `.env` lines for sign-in to LibreChat with this server.

use std::sync::Arc;

use cabana_api::logic::clients::view;
use cabana_console::librechat::{self, Place};
use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_store::SharedStore;

use super::{EnvArguments, existing_store, small_runtime};
use crate::catalog::{client_name, unreadable};
use crate::config::Config;
use crate::problem::Problem;
use crate::{catalog, demo_pool, edge, tls};

/// Most app clients listed if one has to be chosen.
const NAMED: usize = 10;

/// Prints the lines. Warnings go to stderr as well: stdout ends up in a file that nobody reads.
///
/// # Errors
/// If the client does not exist, or LibreChat cannot use it.
pub fn print(config: &Config, arguments: &EnvArguments) -> Result<(), Problem> {
    let (pool, client) = small_runtime()?.block_on(async {
        let store = existing_store(config).await?;
        let client = chosen(&store, arguments).await?;
        let pool = store.pool(&client.pool).await.map_err(unreadable)?;
        let pool = pool.ok_or_else(|| Problem::new("the app client's user pool is gone"))?;
        Ok::<_, Problem>((pool, client))
    })?;
    let secret: [u8; 32] = edge::random()?;
    let public_url = config.public_url(config.listen);
    let authority = tls::authority_in_use(config);
    let place = Place {
        base: &librechat::https(&public_url),
        issuer: &pool.issuer(&public_url),
        authority: authority.as_deref(),
    };
    let client = view::describe(&client);
    let env = librechat::env(&pool.settings, &client, &place, &hex::encode(secret))
        .map_err(Problem::new)?;
    print!("{}", env.lines);
    for warning in env.warnings {
        eprintln!("cabana: warning: {warning}");
    }
    Ok(())
}

/// The named client; else the demo pool's, or the only one with LibreChat's callback.
async fn chosen(store: &SharedStore, arguments: &EnvArguments) -> Result<Arc<Client>, Problem> {
    let pool = match &arguments.pool {
        Some(pool) => Some(catalog::find_pool(store, pool).await?),
        None => None,
    };
    if let Some(client) = &arguments.client {
        return catalog::find_client(store, pool.as_ref().map(|pool| &pool.id), client).await;
    }
    let pools: Vec<Pool> = match pool {
        Some(pool) => vec![Arc::unwrap_or_clone(pool)],
        None => {
            if let Some(demo) = demo_pool::find_in(store).await? {
                return Ok(Arc::new(demo));
            }
            catalog::pools(store).await.map_err(unreadable)?
        }
    };
    let mut clients = Vec::new();
    for pool in &pools {
        let all = catalog::clients(store, &pool.id).await;
        clients.extend(all.map_err(unreadable)?);
    }
    only_one(clients).map(Arc::new)
}

/// The only client, or the only one with LibreChat's callback.
fn only_one(clients: Vec<Client>) -> Result<Client, Problem> {
    let has_callback = |client: &&Client| librechat::app(&client.settings).is_some();
    let fitting = clients.iter().filter(has_callback);
    let candidates: Vec<&Client> = match fitting.clone().next() {
        Some(_) => fitting.collect(),
        None => clients.iter().collect(),
    };
    let names = candidates
        .iter()
        .take(NAMED)
        .map(|client| format!("{} ({})", client_name(client), client.id));
    match candidates.as_slice() {
        [] => Err(Problem::new(
            "there is no app client yet: make one at the console, with the callback URL \
             <address of LibreChat>/oauth/openid/callback",
        )),
        [one] => Ok((*one).clone()),
        more => Err(Problem::new(format!(
            "there are {} app clients to choose from, name one with --client: {}{}",
            more.len(),
            names.collect::<Vec<_>>().join(", "),
            if more.len() > NAMED { ", …" } else { "" },
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cabana_domain::{ClientId, PoolId, Time};
    use cabana_model::UserPoolClientType;

    fn client(name: &str, callback: Option<&str>) -> Client {
        Client {
            id: ClientId::new(format!("id-of-{name}")),
            pool: PoolId::new("us-east-1_abc"),
            version: 1,
            settings: UserPoolClientType {
                client_name: Some(name.to_owned()),
                callback_urls: callback.map(|url| vec![url.to_owned()]),
                ..UserPoolClientType::default()
            },
            secrets: Default::default(),
            sso_minutes: None,
            created: Time::default(),
            modified: Time::default(),
        }
    }

    #[test]
    fn the_only_client_is_taken_and_of_several_the_one_that_librechat_uses() {
        let chat = || client("Chat", Some("https://chat.test/oauth/openid/callback"));
        let name = |clients| only_one(clients).map(|it| client_name(&it).to_owned());
        assert_eq!(name(vec![client("App", None)]).unwrap(), "App");
        assert_eq!(name(vec![client("App", None), chat()]).unwrap(), "Chat");
        let two = name(vec![client("App", None), client("Other", None)]);
        let told = two.unwrap_err().to_string();
        assert!(
            told.contains("App (id-of-App), Other (id-of-Other)"),
            "{told}"
        );
        assert!(told.contains("--client"), "{told}");
        let none = name(Vec::new()).unwrap_err().to_string();
        assert!(none.contains("no app client yet"), "{none}");
    }
}
