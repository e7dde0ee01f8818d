//! Makes a user pool with its signing keys.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>

use cabana_domain::PoolId;
use cabana_domain::keys::SigningKey;
use cabana_domain::pool::{MfaSettings, Pool};
use cabana_model::{CreateUserPoolRequest, CreateUserPoolResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::{mfa, settings, view};

pub async fn create_user_pool(
    cx: &Cx<'_>,
    input: CreateUserPoolRequest,
) -> Result<CreateUserPoolResponse, Fault> {
    let lasting = settings::lasting(&input)?;
    let settings = settings::replaced(lasting, settings::changeable(input))?;
    let mfa = mfa::following(&MfaSettings::default(), &settings)?;
    let id = PoolId::from_random(&cx.api.settings.region, cx.random()?);
    let keys = new_keys(cx, &id).await?;
    let pool = Pool {
        id,
        version: 1,
        settings,
        mfa,
        created: cx.now(),
        modified: cx.now(),
    };
    cx.commit([Change::InsertPool {
        pool: Box::new(pool.clone()),
        keys,
    }])
    .await?;
    Ok(CreateUserPoolResponse {
        user_pool: Some(view::describe(cx, &pool).await?),
    })
}

/// Off the async threads, as making a key takes 80 ms where the stock is used up.
async fn new_keys(cx: &Cx<'_>, pool: &PoolId) -> Result<Vec<SigningKey>, Fault> {
    let (ring, pool, now) = (cx.api.keys.clone(), pool.clone(), cx.now());
    tokio::task::spawn_blocking(move || {
        let keys = ring.new_pool_keys(&pool, now);
        // For the next pool, on the same thread and after this one has its keys.
        tokio::task::spawn_blocking(move || ring.refill());
        keys
    })
    .await
    .map_err(Fault::internal)?
}
