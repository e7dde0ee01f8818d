//! TLS to PostgreSQL is verified or not used: tested with a server that gets no further than the handshake.

use std::sync::{Arc, Mutex};

use cabana_store_sql::PostgresStore;
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::{Folder, sealer};

/// A client's request for TLS.
const ASK: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A server with a certificate for `localhost`, and a record of its connections.
struct Server {
    port: u16,
    certificate: String,
    seen: Arc<Mutex<Vec<&'static str>>>,
}

impl Server {
    /// Answers yes (`S`) or no (`N`) to the request for TLS.
    async fn start(answer: u8) -> Self {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::<Mutex<Vec<_>>>::default();
        let log = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let what = serve(stream, answer, &acceptor).await;
                log.lock().unwrap().push(what);
            }
        });
        Self {
            port,
            certificate: certificate.pem(),
            seen,
        }
    }

    async fn connect(&self, host: &str, parameters: &str) {
        let port = self.port;
        let url = format!("postgres://u:pw@{host}:{port}/cabana?{parameters}");
        // It never gets to a database.
        assert!(PostgresStore::connect(&url, sealer()).await.is_err());
    }

    /// Observations since the last call.
    async fn seen(&self) -> Vec<&'static str> {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn serve(mut stream: TcpStream, answer: u8, acceptor: &TlsAcceptor) -> &'static str {
    let mut first = [0; 8];
    if stream.read_exact(&mut first).await.is_err() {
        return "nothing";
    }
    if first != ASK {
        return "in the clear";
    }
    stream.write_all(&[answer]).await.unwrap();
    if answer == b'N' {
        return match stream.read_exact(&mut first).await {
            Ok(_) => "in the clear",
            Err(_) => "hung up",
        };
    }
    match acceptor.accept(stream).await {
        Ok(mut stream) => match stream.read_exact(&mut first).await {
            Ok(_) => "over TLS",
            Err(_) => "hung up",
        },
        Err(_) => "hung up",
    }
}

#[tokio::test]
async fn tls_is_spoken_with_a_server_that_the_given_certificate_vouches_for() {
    let server = Server::start(b'S').await;
    let folder = Folder::new();
    let file = folder.path("ca.pem");
    std::fs::write(&file, &server.certificate).unwrap();
    let root = format!("sslrootcert={}", file.display());
    for mode in ["prefer", "require", "verify-full"] {
        server
            .connect("localhost", &format!("sslmode={mode}&{root}"))
            .await;
        assert_eq!(server.seen().await, ["over TLS"], "{mode}");
    }
    // The certificate is for another name.
    server
        .connect("127.0.0.1", &format!("sslmode=require&{root}"))
        .await;
    assert_eq!(server.seen().await, ["hung up"]);
    // It is not among those that this system trusts, or another file holds.
    let other = Server::start(b'S').await;
    other
        .connect("localhost", &format!("sslmode=require&{root}"))
        .await;
    assert_eq!(other.seen().await, ["hung up"]);
}

#[tokio::test]
async fn tls_that_was_asked_for_is_not_given_up() {
    let server = Server::start(b'N').await;
    let folder = Folder::new();
    let file = folder.path("ca.pem");
    std::fs::write(&file, &server.certificate).unwrap();
    let root = format!("sslrootcert={}", file.display());
    server
        .connect("localhost", &format!("sslmode=require&{root}"))
        .await;
    assert_eq!(server.seen().await, ["hung up"]);
    std::fs::write(&file, "no certificate").unwrap();
    server
        .connect("localhost", &format!("sslmode=require&{root}"))
        .await;
    assert!(server.seen().await.is_empty(), "it does not even try");
    server.connect("localhost", "").await;
    assert_eq!(
        server.seen().await,
        ["in the clear"],
        "nobody asked for TLS"
    );
}
