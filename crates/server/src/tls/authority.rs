//! The local certificate authority: created once and kept in the data directory. Clients that add `tls/ca.pem` to their
//! trusted authorities trust it.
//!
//! Only the authority is stored. Certificates are made on every start and live in memory, so they follow the names in
//! use and nobody has to renew them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType, SerialNumber,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use time::{Duration, OffsetDateTime};

use crate::config::text_file;
use crate::data_dir::{create_private_dir, write_private, write_public};
use crate::edge;
use crate::problem::Problem;

/// Lifetime of the authority.
const AUTHORITY_LIFE: Duration = Duration::days(3650);
/// Lifetime of a certificate; browsers refuse more than 397 days.
pub const CERTIFICATE_LIFE: Duration = Duration::days(90);
/// Tolerance for clients whose clocks are slow.
const EARLIER: Duration = Duration::hours(24);

/// The authority of a data directory.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

/// Path of the authority's certificate.
pub fn ca_path(tls_dir: &Path) -> PathBuf {
    tls_dir.join("ca.pem")
}

impl Authority {
    /// Opens the authority in this directory, and creates it if there is none.
    ///
    /// # Errors
    /// If a file cannot be read or written, or only one of the pair exists.
    pub fn open(tls_dir: &Path) -> Result<Self, Problem> {
        let (ca, key) = (ca_path(tls_dir), tls_dir.join("ca.key"));
        let wrong =
            |error: rcgen::Error| Problem::new(format!("{} is not usable: {error}", ca.display()));
        match (ca.exists(), key.exists()) {
            (false, false) => create(&ca, &key, tls_dir)?,
            (true, true) => {}
            _ => {
                return Err(Problem::new(format!(
                    "{} and {} belong together: restore the one that is missing, or delete the other",
                    ca.display(),
                    key.display()
                )));
            }
        }
        let pair = KeyPair::from_pem(&text_file("key of the certificate authority", &key)?)
            .map_err(wrong)?;
        let pem = text_file("certificate authority", &ca)?;
        Ok(Self {
            issuer: Issuer::from_ca_cert_pem(&pem, pair).map_err(wrong)?,
        })
    }

    /// A certificate for these names, with its key.
    ///
    /// # Errors
    /// If a name is not allowed in a certificate.
    pub fn certificate(
        &self,
        names: &[String],
        provider: &CryptoProvider,
    ) -> Result<Arc<CertifiedKey>, Problem> {
        let wrong = |error: String| {
            Problem::new(format!(
                "no certificate can be made for {}: {error}",
                names.join(", ")
            ))
        };
        let pair = KeyPair::generate().map_err(|error| wrong(error.to_string()))?;
        let mut params = params("cabana", CERTIFICATE_LIFE)?;
        params.subject_alt_names = names
            .iter()
            .map(|name| alternative_name(name))
            .collect::<Result<_, _>>()
            .map_err(wrong)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params
            .signed_by(&pair, &self.issuer)
            .map_err(|error| wrong(error.to_string()))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        CertifiedKey::from_der(vec![certificate.der().clone()], key, provider)
            .map(Arc::new)
            .map_err(|error| wrong(error.to_string()))
    }
}

fn alternative_name(name: &str) -> Result<SanType, String> {
    match name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
    {
        Ok(address) => Ok(SanType::IpAddress(address)),
        Err(_) => Ia5String::try_from(name)
            .map(SanType::DnsName)
            .map_err(|error| error.to_string()),
    }
}

fn create(ca: &Path, key: &Path, tls_dir: &Path) -> Result<(), Problem> {
    let wrong = |error: rcgen::Error| {
        Problem::new(format!("no certificate authority can be made: {error}"))
    };
    create_private_dir(tls_dir)?;
    let pair = KeyPair::generate().map_err(wrong)?;
    // Browsers tell authorities apart by name, so each data directory's has its own.
    let tag: [u8; 4] = edge::random()?;
    let mut params = params(
        &format!("Cabana local CA {}", hex::encode(tag)),
        AUTHORITY_LIFE,
    )?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&pair).map_err(wrong)?;
    write_private(key, pair.serialize_pem().as_bytes())?;
    write_public(ca, certificate.pem().as_bytes())
}

fn params(common_name: &str, life: Duration) -> Result<CertificateParams, Problem> {
    let mut params = CertificateParams::default();
    let mut serial: [u8; 16] = edge::random()?;
    // Positive, and of full length.
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    let now = OffsetDateTime::from(edge::system_time());
    params.not_before = now - EARLIER;
    params.not_after = now + life;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    Ok(params)
}
