//! AssociateSoftwareToken: issues a TOTP secret, which VerifySoftwareToken confirms with a code.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>

use cabana_domain::factor::Factor;
use cabana_domain::totp::base32;
use cabana_model::{AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse, Blob};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::mfa::set_up;
use crate::logic::tokens::access_token;

pub async fn associate_software_token(
    cx: &Cx<'_>,
    input: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse, Fault> {
    match (input.access_token.as_deref(), input.session.as_deref()) {
        (Some(token), None) => {
            let who = access_token::verify(cx, token).await?;
            if !who.pool.offers(Factor::Totp) {
                return Err(faults::totp_not_offered());
            }
            let seed = Blob(cx.random::<32>()?.to_vec());
            let secret_code = Some(base32(&seed.0).into());
            let mut user = who.user;
            user.secrets.pending_totp = Some(seed);
            cx.commit([Change::UpdateUser {
                user: Box::new(user),
                names: None,
            }])
            .await?;
            Ok(AssociateSoftwareTokenResponse {
                secret_code,
                session: None,
            })
        }
        (None, Some(session)) => {
            let begun = set_up::begin(cx, session, None).await?;
            Ok(AssociateSoftwareTokenResponse {
                secret_code: Some(base32(&begun.key.0).into()),
                session: Some(begun.session.into()),
            })
        }
        _ => Err(faults::token_or_session()),
    }
}
