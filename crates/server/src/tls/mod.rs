//! TLS: the certificate in use, and its renewal.

mod authority;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::config::{Config, TlsFiles};
use crate::problem::Problem;
use crate::{data_dir, edge};

pub use authority::{Authority, ca_path};

/// Path of the local authority, if this server's certificate is from it: its clients must trust it.
pub fn authority_in_use(config: &Config) -> Option<PathBuf> {
    let ca = ca_path(&data_dir::tls_dir(&config.data_dir));
    (config.makes_certificate() && ca.exists()).then(|| std::path::absolute(&ca).unwrap_or(ca))
}

/// The certificate in use, replaced at run time if its files, its names or its age require it.
pub struct Certificates {
    current: RwLock<Arc<CertifiedKey>>,
    provider: CryptoProvider,
    source: Source,
}

enum Source {
    Files {
        files: TlsFiles,
        seen: Mutex<Stamps>,
    },
    Local {
        authority: Authority,
        made: Mutex<Made>,
    },
}

/// Modification time and length of the certificate file and the key file.
type Stamps = [(Option<SystemTime>, u64); 2];

struct Made {
    names: Vec<String>,
    renew: SystemTime,
}

impl Certificates {
    /// The operator's own certificate.
    ///
    /// # Errors
    /// If the files do not hold a chain and its key.
    pub fn from_files(files: TlsFiles) -> Result<Self, Problem> {
        let provider = aws_lc_rs::default_provider();
        let seen = stamps(&files);
        let current = load(&files, &provider)?;
        let source = Source::Files {
            files,
            seen: Mutex::new(seen),
        };
        Ok(Self {
            current: RwLock::new(current),
            provider,
            source,
        })
    }

    /// A certificate of the local authority for `names`.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn local(authority: Authority, names: Vec<String>) -> Result<Self, Problem> {
        let provider = aws_lc_rs::default_provider();
        let current = authority.certificate(&names, &provider)?;
        let made = Mutex::new(Made {
            names,
            renew: renewal(),
        });
        let source = Source::Local { authority, made };
        Ok(Self {
            current: RwLock::new(current),
            provider,
            source,
        })
    }

    /// Whether the certificate comes from the local authority.
    pub fn is_local(&self) -> bool {
        matches!(self.source, Source::Local { .. })
    }

    /// Replaces the certificate if necessary. For a local one, `names` are the names it should cover now.
    ///
    /// # Errors
    /// If the new one is not usable; the old one then remains in use.
    pub fn refresh(&self, names: Vec<String>) -> Result<(), Problem> {
        let fresh = match &self.source {
            Source::Files { files, seen } => {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                let now = stamps(files);
                if *seen == now {
                    return Ok(());
                }
                *seen = now;
                load(files, &self.provider)?
            }
            Source::Local { authority, made } => {
                let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
                if made.names == names && edge::system_time() < made.renew {
                    return Ok(());
                }
                let fresh = authority.certificate(&names, &self.provider)?;
                *made = Made {
                    names,
                    renew: renewal(),
                };
                fresh
            }
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        tracing::info!("certificate replaced");
        Ok(())
    }

    /// TLS configuration of the server with these certificates: 1.2 and 1.3, HTTP/2 preferred.
    ///
    /// # Errors
    /// If the cryptographic library refuses, which it has no reason to.
    pub fn server_config(self: Arc<Self>) -> Result<Arc<rustls::ServerConfig>, Problem> {
        let mut config =
            rustls::ServerConfig::builder_with_provider(Arc::new(self.provider.clone()))
                .with_safe_default_protocol_versions()
                .map_err(|error| Problem::new(format!("TLS cannot be set up: {error}")))?
                .with_no_client_auth()
                .with_cert_resolver(self);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(
            self.current
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        )
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates")
            .field("local", &self.is_local())
            .finish_non_exhaustive()
    }
}

/// Names that a local certificate covers: this machine's, the public host's, and pools' custom domains.
pub fn names(
    public_host: &str,
    region: &str,
    custom_domains: impl IntoIterator<Item = String>,
) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1", "*.localhost"]
        .into_iter()
        .map(str::to_owned)
        .collect();
    names.push(format!("*.auth.{region}.localhost"));
    let public = public_host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    if public.parse::<std::net::IpAddr>().is_err() {
        names.push(format!("*.auth.{region}.{public}"));
    }
    names.push(public);
    names.extend(custom_domains);
    names.sort_unstable();
    names.dedup();
    names
}

/// Time of the next renewal: two thirds of a certificate's life from now.
fn renewal() -> SystemTime {
    edge::system_time()
        + std::time::Duration::from_secs(
            authority::CERTIFICATE_LIFE.whole_seconds().unsigned_abs() * 2 / 3,
        )
}

fn stamps(files: &TlsFiles) -> Stamps {
    [&files.cert, &files.key].map(|path| {
        std::fs::metadata(path).map_or((None, 0), |data| (data.modified().ok(), data.len()))
    })
}

fn load(files: &TlsFiles, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, Problem> {
    let wrong = |what: &str, path: &Path, error: &dyn fmt::Display| {
        Problem::new(format!("{what} {}: {error}", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong("tls-cert", &files.cert, &error))?;
    if chain.is_empty() {
        return Err(wrong("tls-cert", &files.cert, &"no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| wrong("tls-key", &files.key, &error))?;
    CertifiedKey::from_der(chain, key, provider)
        .map(Arc::new)
        .map_err(|error| wrong("tls-key", &files.key, &error))
}

#[cfg(test)]
mod tests;
