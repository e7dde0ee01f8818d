//! DeleteWebAuthnCredential: deletes one of the bearer's passkeys.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html>

use cabana_model::{DeleteWebAuthnCredentialRequest, DeleteWebAuthnCredentialResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::passkeys;
use crate::logic::tokens::access_token;

pub async fn delete_web_authn_credential(
    cx: &Cx<'_>,
    input: DeleteWebAuthnCredentialRequest,
) -> Result<DeleteWebAuthnCredentialResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let changes = passkeys::deletion(cx, who.user, &input.credential_id).await?;
    cx.commit(changes).await?;
    Ok(DeleteWebAuthnCredentialResponse {})
}
