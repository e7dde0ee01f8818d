//! ListWebAuthnCredentials: lists the bearer's passkeys, the oldest first.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html>

use cabana_domain::passkey::MOST;
use cabana_model::{ListWebAuthnCredentialsRequest, ListWebAuthnCredentialsResponse, Operation};
use cabana_store::Cursor;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::access_token;
use crate::logic::{paging, passkeys};

const OPERATION: Operation = Operation::ListWebAuthnCredentials;

pub async fn list_web_authn_credentials(
    cx: &Cx<'_>,
    input: ListWebAuthnCredentialsRequest,
) -> Result<ListWebAuthnCredentialsResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let parameters = [who.pool.id.as_str(), who.user.sub.as_str()];
    let token = input.next_token.as_deref();
    let after = paging::open_token(cx, OPERATION, &parameters, token)?;
    let limit = paging::limit(input.max_results, u32::try_from(MOST).unwrap_or(u32::MAX));
    let mut rest = cx.store().passkeys(&who.pool.id, &who.user.sub).await?;
    rest.retain(|it| {
        after
            .as_ref()
            .is_none_or(|after| passkeys::place(it) > after.0)
    });
    let behind = rest.split_off(rest.len().min(usize::try_from(limit).unwrap_or(MOST)));
    let last = rest.last().filter(|_| !behind.is_empty());
    let next = last.map(|it| Cursor(passkeys::place(it)));
    Ok(ListWebAuthnCredentialsResponse {
        next_token: paging::seal_token(cx, OPERATION, &parameters, next)?,
        credentials: rest.into_iter().map(passkeys::described).collect(),
    })
}
