//! A folder for one run, deleted afterwards.

use std::path::{Path, PathBuf};

use super::{Outcome, random};

pub struct Folder(PathBuf);

impl Folder {
    /// Creates an empty folder that only its owner can enter.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn new(purpose: &str) -> Outcome<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let name = format!("cabana-{purpose}-{}", hex::encode(random::<6>()?));
        let path = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Ignored: nothing depends on it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
