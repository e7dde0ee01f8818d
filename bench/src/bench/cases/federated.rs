//! Sign-in through an identity provider.

use std::ops::Range;
use std::rc::Rc;

use async_trait::async_trait;

use super::Case;
use crate::bench::provider;
use crate::bench::ways::user;
use crate::bench::world::{CALLBACK, World};
use crate::common::Outcome;
use crate::common::http::Reply;

/// The way to the provider and the way back, with two calls of it in between. Nearly all of the people were there before.
pub struct Federated;

#[async_trait(?Send)]
impl Case for Federated {
    fn name(&self) -> &str {
        "federated sign-in, both calls"
    }

    fn verifications(&self) -> u32 {
        1
    }

    async fn prepare(&self, world: &Rc<World>, _: Range<u64>) -> Outcome<()> {
        world.ways.federated(world).await.map(drop)
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let pool = world.ways.federated_pool()?;
        let path = format!(
            "/{}/oauth2/authorize?client_id={}&response_type=code&redirect_uri={}&scope=openid&state={ticket}\
             &identity_provider=Corp",
            pool.id,
            pool.client,
            encoded(CALLBACK),
        );
        Ok(world.requests.get(&path, ""))
    }

    fn answer(&self, world: &World, ticket: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        let location = reply.header("location").filter(|_| reply.status == 302);
        let location = location.ok_or_else(|| format!("{} {}", reply.status, reply.text()))?;
        if location.starts_with(CALLBACK) {
            return match location.contains("code=") {
                true => Ok(None),
                false => Err(location.to_owned().into()),
            };
        }
        let (_, query) = location
            .split_once('?')
            .ok_or("no request at the provider")?;
        let asked = |name: &str| {
            let found = form_urlencoded::parse(query.as_bytes()).find(|(it, _)| it == name);
            found
                .map(|(_, value)| value.into_owned())
                .ok_or("a parameter is missing")
        };
        let code = provider::code(&user(ticket), &asked("nonce")?);
        let cookie = reply
            .header("set-cookie")
            .and_then(|it| it.split(';').next());
        let pool = world.ways.federated_pool()?;
        let path = format!(
            "/{}/oauth2/idpresponse?code={}&state={}",
            pool.id,
            encoded(&code),
            encoded(&asked("state")?),
        );
        let cookie = format!("cookie: {}\r\n", cookie.ok_or("no cookie")?);
        Ok(Some(world.requests.get(&path, &cookie)))
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
