//! Changes a domain's certificate or the version of its pages, never its name.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolDomain.html>

use cabana_model::{UpdateUserPoolDomainRequest, UpdateUserPoolDomainResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::domains;

pub async fn update_user_pool_domain(
    cx: &Cx<'_>,
    input: UpdateUserPoolDomainRequest,
) -> Result<UpdateUserPoolDomainResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    domains::check_request(&pool, input.managed_login_version, input.routing.as_ref())?;
    let mut domain = domains::of_pool(cx, &pool, &input.domain).await?;
    match (domain.is_custom(), input.custom_domain_config) {
        (true, None) => return Err(faults::custom_domain_to_prefix()),
        (false, Some(_)) => return Err(faults::not_a_custom_domain()),
        (_, config) => domain.custom = config,
    }
    if let Some(version) = input.managed_login_version {
        domain.managed_login_version = version;
    }
    let shown = UpdateUserPoolDomainResponse {
        cloud_front_domain: domains::public_host(&cx.api.settings).filter(|_| domain.is_custom()),
        managed_login_version: Some(domain.managed_login_version),
        routing: None,
    };
    cx.commit([Change::UpdateDomain(Box::new(domain))]).await?;
    Ok(shown)
}
