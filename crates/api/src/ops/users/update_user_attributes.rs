//! UpdateUserAttributes: changes the bearer's attributes.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html>

use cabana_model::{UpdateUserAttributesRequest, UpdateUserAttributesResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::Writing;
use crate::logic::tokens::access_token;
use crate::logic::users::attribute_update;
use crate::logic::users::attributes::{self, Author};

pub async fn update_user_attributes(
    cx: &Cx<'_>,
    input: UpdateUserAttributesRequest,
) -> Result<UpdateUserAttributesResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let author = Author::Client(&who.client);
    let given = attributes::pairs(Some(&input.user_attributes))?;
    let wanted = attributes::wanted(&who.pool, author, Writing::Update, given)?;
    let deliveries = attribute_update::write(cx, &who.pool, author, who.user, wanted).await?;
    Ok(UpdateUserAttributesResponse {
        code_delivery_details_list: Some(deliveries),
    })
}
