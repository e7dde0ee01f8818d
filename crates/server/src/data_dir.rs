//! The data directory: its lock, and the secrets it holds.
//!
//! Secrets are made once, on the first start, readable only by their owner, and written so that a crash leaves either
//! the whole file or none.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use cabana_model::Secret;

use crate::config::{Config, RootKey, text_file};
use crate::edge;
use crate::problem::Problem;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Path of the master key.
pub fn master_key_path(data_dir: &Path) -> PathBuf {
    data_dir.join("master.key")
}

/// Path of the root access key.
pub fn credentials_path(data_dir: &Path) -> PathBuf {
    data_dir.join("credentials")
}

/// Path of the SQLite database.
pub fn database_path(data_dir: &Path) -> PathBuf {
    data_dir.join("cabana.db")
}

/// Path of the certificates.
pub fn tls_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("tls")
}

/// The directory, locked by this process until dropped.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Creates the directory if it does not exist, and locks it against other servers.
    ///
    /// # Errors
    /// If it cannot be created, or another server uses it.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        create_private_dir(path)?;
        let lock_path = path.join("lock");
        let failed = |error: std::io::Error| {
            Problem::new(format!("cannot lock {}: {error}", lock_path.display()))
        };
        let lock = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Problem::new(format!(
                "another cabana uses the data directory {}: stop it, or set --data-dir (CABANA_DATA_DIR)",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The master key: the configured one, the one in the directory, or a new one. A new one is only stored by
    /// [`DataDir::keep_master_key`], once it is certain that nothing was sealed under another.
    ///
    /// # Errors
    /// If it cannot be read, or is not 32 bytes.
    pub fn master_key(&self, config: &Config) -> Result<[u8; 32], Problem> {
        match existing_master_key(config)? {
            Some(key) => Ok(key),
            None => edge::random(),
        }
    }

    /// Writes the master key to the directory, unless it came from there or was configured.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_master_key(&self, config: &Config, key: &[u8; 32]) -> Result<(), Problem> {
        if existing_master_key(config)?.is_some() {
            return Ok(());
        }
        write_private(
            &master_key_path(&self.path),
            format!("{}\n", hex::encode(key)).as_bytes(),
        )
    }

    /// The root access key: the configured one, the one in the directory, the one that another node put into the store,
    /// or a new one.
    ///
    /// # Errors
    /// If it cannot be read, or is not a credentials file.
    pub fn root_key(&self, config: &Config, in_store: Option<RootKey>) -> Result<RootKey, Problem> {
        if let Some(key) = existing_root_key(config)? {
            return Ok(key);
        }
        let key = match in_store {
            Some(key) => key,
            None => new_root_key()?,
        };
        let text = format!(
            "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            key.id,
            key.secret.expose()
        );
        write_private(&credentials_path(&self.path), text.as_bytes())?;
        Ok(key)
    }
}

/// The master key, if there is one.
///
/// # Errors
/// As for [`DataDir::master_key`].
pub fn existing_master_key(config: &Config) -> Result<Option<[u8; 32]>, Problem> {
    if let Some(text) = &config.master_key {
        return parse_master_key(text.expose()).map(Some);
    }
    let path = master_key_path(&config.data_dir);
    if !path.exists() {
        return Ok(None);
    }
    parse_master_key(&text_file("master key", &path)?).map(Some)
}

/// The root access key, if there is one.
///
/// # Errors
/// As for [`DataDir::root_key`].
pub fn existing_root_key(config: &Config) -> Result<Option<RootKey>, Problem> {
    if let Some(key) = &config.root_key {
        return Ok(Some(key.clone()));
    }
    let path = credentials_path(&config.data_dir);
    if !path.exists() {
        return Ok(None);
    }
    let text = text_file("root access key", &path)?;
    parse_credentials(&text).map(Some).ok_or_else(|| {
        Problem::new(format!(
            "{} needs aws_access_key_id and aws_secret_access_key under [default]",
            path.display()
        ))
    })
}

fn parse_master_key(text: &str) -> Result<[u8; 32], Problem> {
    parse_key(text).ok_or_else(|| {
        Problem::new(
            "the master key must be 32 bytes in hex or base64 (`openssl rand -hex 32` makes one)",
        )
    })
}

/// A key of 32 bytes, in hex or base64.
pub fn parse_key(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let bytes = hex::decode(text).ok().or_else(|| BASE64.decode(text).ok());
    <[u8; 32]>::try_from(bytes?).ok()
}

/// The `[default]` profile of an AWS shared credentials file.
fn parse_credentials(text: &str) -> Option<RootKey> {
    let lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[default]")
        .skip(1);
    let (mut id, mut secret) = (None, None);
    for line in lines.take_while(|line| !line.starts_with('[')) {
        match line
            .split_once('=')
            .map(|(name, value)| (name.trim(), value.trim()))
        {
            Some(("aws_access_key_id", value)) => id = Some(value.to_owned()),
            Some(("aws_secret_access_key", value)) => secret = Some(Secret::from(value)),
            _ => {}
        }
    }
    Some(RootKey {
        id: id.filter(|it| !it.is_empty())?,
        secret: secret.filter(|it| !it.is_empty())?,
    })
}

fn new_root_key() -> Result<RootKey, Problem> {
    const ID: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const SECRET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab";
    let spell = |random: &[u8], alphabet: &[u8]| -> String {
        random
            .iter()
            .filter_map(|b| alphabet.get(usize::from(*b) % alphabet.len()))
            .map(|b| char::from(*b))
            .collect()
    };
    let id: [u8; 14] = edge::random()?;
    let secret: [u8; 40] = edge::random()?;
    Ok(RootKey {
        id: format!("CABANA{}", spell(&id, ID)),
        secret: Secret::from(spell(&secret, SECRET)),
    })
}

/// Whether only its owner may read a file. True if there is no such file.
pub fn is_private_file(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).map_or(true, |data| data.mode() & 0o077 == 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        true
    }
}

/// Creates a directory that only its owner may enter; an existing one is left as it is.
///
/// # Errors
/// If it cannot be created.
pub fn create_private_dir(path: &Path) -> Result<(), Problem> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|error| {
        Problem::new(format!(
            "cannot create the directory {}: {error}",
            path.display()
        ))
    })
}

/// Writes a file that only its owner may read, atomically.
///
/// # Errors
/// If it cannot be written.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), Problem> {
    write_file(path, content, 0o600)
        .map_err(|error| Problem::new(format!("cannot write {}: {error}", path.display())))
}

/// Writes a file that everyone may read, atomically.
///
/// # Errors
/// If it cannot be written.
pub fn write_public(path: &Path, content: &[u8]) -> Result<(), Problem> {
    write_file(path, content, 0o644)
        .map_err(|error| Problem::new(format!("cannot write {}: {error}", path.display())))
}

fn write_file(path: &Path, content: &[u8], mode: u32) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests;
