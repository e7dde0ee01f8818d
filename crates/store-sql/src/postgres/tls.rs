//! TLS to the database: always verified, never downgraded.

use std::path::Path;
use std::sync::Arc;

use cabana_store::Result;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::options::Options;
use crate::engine::unavailable;

/// Usual locations of the system's trusted certificates.
const SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The TLS connector, configured from the options.
pub fn connector(options: &Options) -> Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    if options.speaks_tls() {
        let file = match &options.root_certificates {
            Some(file) => file,
            None => system_file()?,
        };
        for certificate in
            CertificateDer::pem_file_iter(file).map_err(|error| unreadable(file, error))?
        {
            let certificate = certificate.map_err(|error| unreadable(file, error))?;
            // A system's bundle may hold some that are too old to be parsed.
            let _ = roots.add(certificate);
        }
        if roots.is_empty() {
            return Err(unavailable(format!("{file} holds no certificate")));
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unavailable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn system_file() -> Result<&'static str> {
    let found = SYSTEM.into_iter().find(|file| Path::new(file).exists());
    found.ok_or_else(|| {
        unavailable("this system has no list of trusted certificates: give sslrootcert=<PEM file>")
    })
}

fn unreadable(file: &str, error: impl std::fmt::Display) -> cabana_store::StoreError {
    unavailable(format!("{file} cannot be read: {error}"))
}
