//! Keys of `[kms]`: encryption for functions that send messages, and the data keys that they decrypt with.

use cabana_api::ports::{DataKeys, Encrypt, EncryptError};
use cabana_domain::encryption_sdk::{Context, DataKey, Material, Message};
use cabana_domain::kms::{Keys, Unopened};
use cabana_model::Secret;

use crate::edge;

/// The keys, and the access key that may decrypt with them.
pub struct KmsKeys {
    pub keys: Keys,
    pub access_key: Option<(String, Secret)>,
}

impl Encrypt for KmsKeys {
    fn encrypt(
        &self,
        key_arn: &str,
        context: &[(&str, &str)],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, EncryptError> {
        let refused = |_| EncryptError::Refused;
        let message = Message::new(context.iter().copied().collect()).map_err(refused)?;
        let data_key = DataKey::new(random()?);
        let wrapped = self
            .keys
            .wrap(key_arn, message.context(), random()?, &data_key)
            .map_err(refused)?
            .ok_or(EncryptError::UnknownKey)?;
        let with = Material {
            key_arn,
            wrapped: &wrapped,
            data_key: &data_key,
            id: random()?,
        };
        message.encrypt(&with, plaintext).map_err(refused)
    }
}

impl DataKeys for KmsKeys {
    fn open(
        &self,
        wrapped: &[u8],
        context: &[(&str, &str)],
    ) -> Result<(String, DataKey), Unopened> {
        let context: Context = context.iter().copied().collect();
        let (arn, data_key) = self.keys.open(wrapped, &context)?;
        Ok((arn.to_owned(), data_key))
    }

    fn secret(&self, access_key_id: &str) -> Option<&Secret> {
        let (id, secret) = self.access_key.as_ref()?;
        (id == access_key_id).then_some(secret)
    }
}

fn random<const N: usize>() -> Result<[u8; N], EncryptError> {
    edge::random().map_err(|_| EncryptError::Refused)
}
