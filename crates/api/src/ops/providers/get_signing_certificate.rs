//! Shows the certificate with which a pool's requests to SAML providers are verified.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetSigningCertificate.html>

use cabana_model::{GetSigningCertificateRequest, GetSigningCertificateResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation::saml;

pub async fn get_signing_certificate(
    cx: &Cx<'_>,
    input: GetSigningCertificateRequest,
) -> Result<GetSigningCertificateResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let key = saml::key(cx, &pool).await?;
    Ok(GetSigningCertificateResponse {
        certificate: Some(saml::certificate_text(&key)),
    })
}
