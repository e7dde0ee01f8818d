//! The key pair of a pool. It is made when it is first needed, and stays.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::keys::SamlKey;
use cabana_domain::pool::Pool;
use cabana_federation::saml::self_signed;
use cabana_store::{Change, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;

/// The key pair of a pool, made now if there is none. Of several that are made at once, one counts.
///
/// # Errors
/// A failure of the store.
pub async fn key(cx: &Cx<'_>, pool: &Pool) -> Result<SamlKey, Fault> {
    if let Some(key) = cx.store().saml_key(&pool.id).await? {
        return Ok(key);
    }
    let of: [&[u8]; 2] = [b"key pair for SAML", pool.id.as_str().as_bytes()];
    let made = cx.once(&of, make(cx, pool)).await?;
    match cx
        .try_commit([Change::InsertSamlKey(Box::new((*made).clone()))])
        .await
    {
        Ok(()) => Ok((*made).clone()),
        Err(StoreError::Conflict("saml_key")) => {
            let known = cx.store().saml_key(&pool.id).await?;
            known.ok_or_else(|| Fault::internal("a key pair was there and is not"))
        }
        Err(error) => Err(error.into()),
    }
}

async fn make(cx: &Cx<'_>, pool: &Pool) -> Result<Arc<SamlKey>, Fault> {
    let (name, now, mut serial) = (pool.id.to_string(), cx.now(), cx.random::<16>()?);
    // A positive number without a zero in front.
    serial[0] = serial[0] & 0x7f | 0x40;
    let made = tokio::task::spawn_blocking(move || self_signed(&name, serial, now));
    let (pkcs8, certificate) = made
        .await
        .map_err(Fault::internal)?
        .map_err(Fault::internal)?;
    Ok(Arc::new(SamlKey {
        pool: pool.id.clone(),
        pkcs8,
        certificate,
        created: now,
    }))
}

/// A certificate in base64, as PEM has it between its lines.
pub fn certificate_text(key: &SamlKey) -> String {
    BASE64_STANDARD.encode(&key.certificate)
}
