//! Shows a user pool.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html>

use cabana_model::{DescribeUserPoolRequest, DescribeUserPoolResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::view;

pub async fn describe_user_pool(
    cx: &Cx<'_>,
    input: DescribeUserPoolRequest,
) -> Result<DescribeUserPoolResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    Ok(DescribeUserPoolResponse {
        user_pool: Some(view::describe(cx, &pool).await?),
    })
}
