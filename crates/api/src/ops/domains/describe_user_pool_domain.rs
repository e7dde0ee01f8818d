//! Shows a domain; an empty description if there is no such domain.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolDomain.html>

use cabana_model::{DescribeUserPoolDomainRequest, DescribeUserPoolDomainResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::domains;

pub async fn describe_user_pool_domain(
    cx: &Cx<'_>,
    input: DescribeUserPoolDomainRequest,
) -> Result<DescribeUserPoolDomainResponse, Fault> {
    let found = cx.store().domain(&input.domain).await?;
    let shown = found
        .map(|it| domains::describe(&cx.api.settings, &it))
        .unwrap_or_default();
    Ok(DescribeUserPoolDomainResponse {
        domain_description: Some(shown),
    })
}
