//! Options about keys that stand for keys of AWS KMS.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cabana_domain::encryption_sdk::DataKey;
use cabana_domain::kms::Keys;
use cabana_model::Secret;
use serde::Deserialize;

use super::Options;
use super::read::Reading;
use crate::data_dir;

/// An entry of `[kms]`: 32 bytes in hex or base64, or the file that has them.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "32 bytes in hex or base64 in quotes, or { key-file = \"…\" }"
)]
pub enum KeyEntry {
    Key(Secret),
    File(KeyFile),
}

/// The file of a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyFile {
    key_file: PathBuf,
}

impl Reading {
    /// The access key that may decrypt with the keys, and nothing else.
    pub(super) fn kms_key(&mut self, options: &Options) -> Option<(String, Secret)> {
        self.access_key(
            "kms",
            (
                options.kms_access_key_id.clone(),
                options.kms_access_key_id_file.clone(),
            ),
            (
                options.kms_secret_access_key.clone(),
                options.kms_secret_access_key_file.clone(),
            ),
        )
    }

    /// The keys; a second one of an ARN, after white space, is the one before.
    pub(super) fn kms(&mut self, options: &Options) -> Keys {
        let mut keys = BTreeMap::new();
        for (arn, entry) in &options.kms {
            let name = format!("kms: the key of {arn}");
            let (key, file) = match entry {
                KeyEntry::Key(key) => (Some(key.clone()), None),
                KeyEntry::File(file) => (None, Some(file.key_file.as_path())),
            };
            let Some(text) = self.secret(&name, key, file) else {
                continue;
            };
            let parsed = text.expose().split_ascii_whitespace();
            let parsed = parsed.map(|key| data_dir::parse_key(key).map(DataKey::new));
            match parsed.collect::<Option<Vec<DataKey>>>() {
                Some(parsed) if !parsed.is_empty() => {
                    keys.insert(arn.clone(), parsed);
                }
                _ => self.add_problem(format!("{name} must be 32 bytes in hex or base64")),
            }
            if !arn.starts_with("arn:") {
                self.add_problem(format!(
                    "kms: {arn} must be the ARN of a key, as in KMSKeyID"
                ));
            }
        }
        Keys::new(keys)
    }
}
