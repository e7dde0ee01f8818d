//! The options of the last start on a data directory, so that commands that print its URL need not be given them again.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::{Config, Mode, Options, TlsFiles, text_file};
use crate::data_dir;
use crate::problem::Problem;

/// The remembered options. The file holds no secret, but only its owner may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LastStart {
    pub mode: Mode,
    /// The bound address.
    pub listen: SocketAddr,
    pub public_url: String,
    #[serde(default)]
    pub behind_proxy: bool,
    #[serde(default)]
    pub region: Option<String>,
    /// The configured certificate, if there is one.
    #[serde(default)]
    pub tls_cert: Option<PathBuf>,
    #[serde(default)]
    pub tls_key: Option<PathBuf>,
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("last-start.toml")
}

impl LastStart {
    /// The start of a server that listens on `address`.
    pub fn new(config: &Config, address: SocketAddr, public_url: &str) -> Self {
        let absolute = |file: &Path| std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let file =
            |of: fn(&TlsFiles) -> &Path| config.tls.as_ref().map(|files| absolute(of(files)));
        Self {
            mode: config.mode,
            listen: address,
            public_url: public_url.to_owned(),
            behind_proxy: config.behind_proxy,
            region: Some(config.region.clone()),
            tls_cert: file(|files| &files.cert),
            tls_key: file(|files| &files.key),
        }
    }

    /// Writes it to the data directory, unless it is there already.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep(&self, data_dir: &Path) -> Result<(), Problem> {
        if Self::read(data_dir).is_ok_and(|before| before.as_ref() == Some(self)) {
            return Ok(());
        }
        let text = toml::to_string(self).map_err(|error| Problem::new(error.to_string()))?;
        data_dir::write_private(&path(data_dir), text.as_bytes())
    }

    /// The last start on a data directory; `None` if there was none.
    ///
    /// # Errors
    /// If the file cannot be read, or was not written by a server.
    pub fn read(data_dir: &Path) -> Result<Option<Self>, Problem> {
        let path = path(data_dir);
        if !path.exists() {
            return Ok(None);
        }
        let text = text_file("record of the last start", &path)?;
        toml::from_str(&text).map(Some).map_err(|error| {
            Problem::new(format!(
                "{}: {}; delete it, and the next start writes it again",
                path.display(),
                error.message()
            ))
        })
    }

    /// `given`, completed from this start. Another listening address means another server, so the public URL is then not
    /// taken over.
    pub fn below(self, given: Options) -> Options {
        let listen = given.listen.filter(|address| address.port() != 0);
        let same_server = listen.is_none_or(|address| address == self.listen);
        let has_tls = given.tls_cert.is_some() || given.tls_key.is_some();
        let (cert, key) = match has_tls {
            true => (given.tls_cert.clone(), given.tls_key.clone()),
            false => (self.tls_cert, self.tls_key),
        };
        let public_url = given.public_url.clone().filter(|url| !url.is_empty());
        Options {
            listen: Some(listen.unwrap_or(self.listen)),
            public_url: public_url.or_else(|| same_server.then_some(self.public_url)),
            behind_proxy: given.behind_proxy.or(Some(self.behind_proxy)),
            region: given.region.clone().or(self.region),
            tls_cert: cert,
            tls_key: key,
            ..given
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> LastStart {
        LastStart {
            mode: Mode::Serve,
            listen: "127.0.0.1:9329".parse().unwrap(),
            public_url: "https://id.example.org".to_owned(),
            behind_proxy: true,
            region: Some("eu-central-1".to_owned()),
            tls_cert: None,
            tls_key: None,
        }
    }

    #[test]
    fn what_is_given_wins_over_the_last_start() {
        let filled = start().below(Options::default());
        assert_eq!(filled.public_url.as_deref(), Some("https://id.example.org"));
        assert_eq!(filled.listen, Some(start().listen));
        assert_eq!(filled.region.as_deref(), Some("eu-central-1"));
        let given = Options {
            public_url: Some("https://other.example.org".to_owned()),
            region: Some("us-west-2".to_owned()),
            ..Options::default()
        };
        let filled = start().below(given.clone());
        assert_eq!(filled.public_url, given.public_url);
        assert_eq!(filled.region, given.region);
    }

    #[test]
    fn the_public_url_belongs_to_the_port_it_was_started_with() {
        let on = |listen: &str| Options {
            listen: Some(listen.parse().unwrap()),
            ..Options::default()
        };
        assert_eq!(start().below(on("127.0.0.1:9229")).public_url, None);
        for same in ["127.0.0.1:9329", "127.0.0.1:0"] {
            let filled = start().below(on(same));
            assert_eq!(filled.public_url, Some(start().public_url), "{same}");
            assert_eq!(filled.listen, Some(start().listen), "{same}");
        }
    }

    #[test]
    fn a_folder_remembers_its_last_start_for_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("cabana-last-{}", std::process::id()));
        data_dir::create_private_dir(&folder).unwrap();
        assert_eq!(LastStart::read(&folder).unwrap(), None);
        start().keep(&folder).unwrap();
        assert_eq!(LastStart::read(&folder).unwrap(), Some(start()));
        assert!(data_dir::is_private_file(&path(&folder)));
        std::fs::write(path(&folder), "nonsense").unwrap();
        assert!(LastStart::read(&folder).is_err());
        start().keep(&folder).unwrap();
        assert_eq!(LastStart::read(&folder).unwrap(), Some(start()));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
