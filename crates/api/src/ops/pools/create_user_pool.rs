//! Creates a user pool with its signing keys.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>

use cabana_domain::PoolId;
use cabana_domain::pool::Pool;
use cabana_domain::session::SessionSettings;
use cabana_model::{CreateUserPoolRequest, CreateUserPoolResponse};
use cabana_store::{Change, Counted};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic;
use crate::logic::pools::{keys, mfa, settings, view};

pub async fn create_user_pool(
    cx: &Cx<'_>,
    input: CreateUserPoolRequest,
) -> Result<CreateUserPoolResponse, Fault> {
    let lasting = settings::lasting(&input)?;
    let settings = settings::updated(lasting, settings::changeable(input))?;
    let mfa = mfa::of_new_pool(&settings)?;
    logic::quotas::demand_room(cx, Counted::Pools).await?;
    let id = PoolId::from_random(&cx.api.settings.region, cx.random()?);
    let keys = keys::make(cx, &id).await?;
    let pool = Pool {
        id,
        version: 1,
        settings,
        mfa,
        kept_issuer: None,
        sessions: SessionSettings::default(),
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
