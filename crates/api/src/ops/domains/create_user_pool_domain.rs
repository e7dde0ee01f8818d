//! Creates a domain of a pool's hosted pages: a prefix under the server's name, or a custom host name.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html>

use cabana_domain::domain_name::Domain;
use cabana_model::{CreateUserPoolDomainRequest, CreateUserPoolDomainResponse};
use cabana_store::{Change, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::domains;

pub async fn create_user_pool_domain(
    cx: &Cx<'_>,
    input: CreateUserPoolDomainRequest,
) -> Result<CreateUserPoolDomainResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    domains::check_request(&pool, input.managed_login_version, input.routing.as_ref())?;
    let version = input.managed_login_version.unwrap_or(1);
    let domain = Domain {
        name: input.domain,
        pool: pool.id.clone(),
        version: 1,
        managed_login_version: version,
        custom: input.custom_domain_config,
        created: cx.now(),
    };
    domains::check_name(&cx.api.settings, &domain)?;
    check_free(cx, &domain).await?;
    let leads_to = domains::public_host(&cx.api.settings).filter(|_| domain.is_custom());
    let changes = [
        // The pool is unchanged, but its version is checked: no other domain was added since it was read.
        Change::UpdatePool(Box::new((*pool).clone())),
        Change::InsertDomain(Box::new(domain)),
    ];
    match cx.try_commit(changes).await {
        Err(StoreError::Conflict(_)) => return Err(faults::domain_of_another_pool()),
        result => result?,
    }
    Ok(CreateUserPoolDomainResponse {
        cloud_front_domain: leads_to,
        managed_login_version: Some(version),
        routing: None,
    })
}

/// Requires that the name is free and that the pool has at most one prefix and one custom domain.
async fn check_free(cx: &Cx<'_>, domain: &Domain) -> Result<(), Fault> {
    match cx.store().domain(&domain.name).await? {
        Some(taken) if taken.pool == domain.pool => return Err(faults::domain_exists()),
        Some(_) => return Err(faults::domain_of_another_pool()),
        None => {}
    }
    let theirs = cx.store().domains_of(&domain.pool).await?;
    if theirs.iter().any(|it| it.is_custom() == domain.is_custom()) {
        return Err(faults::pool_has_such_domain());
    }
    Ok(())
}
