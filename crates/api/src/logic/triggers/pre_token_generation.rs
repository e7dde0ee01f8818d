//! `PreTokenGeneration`: before tokens are signed, whatever for.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::token_generation::{self, Changes, Groups, Request, Version};
use cabana_domain::trigger::{Occasion, Pairs, Source, Trigger, user_attributes};
use cabana_domain::user::User;
use cabana_model::PreTokenGenerationLambdaVersionType as Configured;

use super::{Call, metadata};
use crate::cx::Cx;
use crate::fault::Fault;

/// Tokens about to be signed.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    /// None for a client that acts for itself.
    pub user: Option<(&'a User, &'a Groups)>,
    pub scopes: &'a [String],
    pub occasion: Occasion,
}

/// Asks the function what to change about them.
///
/// # Errors
/// As for every function.
pub async fn run(cx: &Cx<'_>, wanted: Wanted<'_>) -> Result<Changes, Fault> {
    let (pool, occasion) = (wanted.pool, wanted.occasion);
    let trigger = Trigger::PreTokenGeneration;
    let version = version(pool);
    // Older functions do not know clients as subjects.
    let takes_part = wanted.user.is_some() || version == Version::V3;
    let call = Call::of(pool, Source { trigger, occasion }).filter(|_| takes_part);
    let Some(call) = call else {
        return Ok(Changes::default());
    };
    cx.set_app(&wanted.client.id);
    let (name, attributes, groups) = match wanted.user {
        Some((user, groups)) => (
            user.username.as_str(),
            user_attributes(pool, user),
            Some(groups),
        ),
        None => (token_generation::CLIENT, Pairs::default(), None),
    };
    let request = Request {
        user_attributes: attributes,
        group_configuration: groups,
        scopes: (version > Version::V1).then_some(wanted.scopes),
        client_metadata: metadata::of(cx, call.source),
    };
    let read = |answer: &[u8]| token_generation::read(answer, name, version);
    let call = Call {
        version: version.name(),
        ..call
    };
    call.run(cx, name, request, version.prefilled(), read).await
}

/// Whether the pool has such a function.
pub fn is_set(pool: &Pool) -> bool {
    super::arn(pool, Trigger::PreTokenGeneration).is_some()
}

fn version(pool: &Pool) -> Version {
    let config = pool.settings.lambda_config.as_ref();
    let config = config.and_then(|it| it.pre_token_generation_config.as_ref());
    match config.map(|it| it.lambda_version) {
        None | Some(Configured::V1_0) => Version::V1,
        Some(Configured::V2_0) => Version::V2,
        Some(Configured::V3_0) => Version::V3,
    }
}
