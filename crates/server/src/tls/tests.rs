use super::*;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("cabana-tls-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

/// Whether a client that trusts `ca.pem` accepts these certificates for `name`.
fn believed(certificates: &Certificates, ca: &Path, name: &str, days_ahead: u64) -> bool {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(ca).unwrap())
        .unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .unwrap();
    let shown = certificates.current.read().unwrap().clone();
    let since = edge::system_time()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let when =
        UnixTime::since_unix_epoch(since + std::time::Duration::from_secs(days_ahead * 86_400));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    verifier
        .verify_server_cert(&shown.cert[0], &shown.cert[1..], &name, &[], when)
        .is_ok()
}

#[test]
fn the_local_certificate_speaks_for_the_names_in_use_and_no_others() {
    let dir = folder("names");
    let wanted = names(
        "box.example.test",
        "us-east-1",
        ["login.acme.test".to_owned()],
    );
    let certificates = Certificates::local(Authority::open(&dir).unwrap(), wanted).unwrap();
    let ca = ca_path(&dir);
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "demo.auth.us-east-1.localhost",
        "box.example.test",
        "shop.auth.us-east-1.box.example.test",
        "login.acme.test",
    ] {
        assert!(believed(&certificates, &ca, name, 0), "{name}");
    }
    for name in ["example.test", "10.0.0.1", "other.acme.test"] {
        assert!(!believed(&certificates, &ca, name, 0), "{name}");
    }
    assert!(believed(&certificates, &ca, "localhost", 89));
    assert!(!believed(&certificates, &ca, "localhost", 91));
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn the_authority_is_made_once_and_its_key_is_private() {
    let dir = folder("once");
    Authority::open(&dir).unwrap();
    let ca = std::fs::read(ca_path(&dir)).unwrap();
    let again = Certificates::local(
        Authority::open(&dir).unwrap(),
        names("localhost", "us-east-1", []),
    )
    .unwrap();
    assert_eq!(std::fs::read(ca_path(&dir)).unwrap(), ca);
    assert!(believed(&again, &ca_path(&dir), "localhost", 0));
    assert!(crate::data_dir::is_private_file(&dir.join("ca.key")));
    std::fs::remove_file(dir.join("ca.key")).unwrap();
    let Err(problem) = Authority::open(&dir) else {
        panic!("half a pair was accepted")
    };
    assert!(problem.0.contains("belong together"), "{problem}");
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_new_name_exchanges_the_certificate_and_an_old_set_does_not() {
    let dir = folder("refresh");
    let certificates = Certificates::local(
        Authority::open(&dir).unwrap(),
        names("localhost", "us-east-1", []),
    )
    .unwrap();
    let shown = || certificates.current.read().unwrap().clone();
    let first = shown();
    certificates
        .refresh(names("localhost", "us-east-1", []))
        .unwrap();
    assert!(Arc::ptr_eq(&first, &shown()));
    certificates
        .refresh(names("localhost", "us-east-1", ["new.test".to_owned()]))
        .unwrap();
    assert!(believed(&certificates, &ca_path(&dir), "new.test", 0));
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn an_operators_certificate_is_read_again_when_its_files_change() {
    let dir = folder("files");
    std::fs::create_dir_all(&dir).unwrap();
    let files = TlsFiles {
        cert: dir.join("cert.pem"),
        key: dir.join("key.pem"),
    };
    let write = |name: &str| {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        std::fs::write(&files.cert, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        made.cert.der().clone()
    };
    let first = write("a.test");
    let certificates = Certificates::from_files(files.clone()).unwrap();
    let shown = || certificates.current.read().unwrap().cert[0].clone();
    assert_eq!(shown(), first);
    let second = write("a-longer-name.test");
    certificates.refresh(Vec::new()).unwrap();
    assert_eq!(shown(), second);
    std::fs::write(&files.key, "not a key").unwrap();
    assert!(certificates.refresh(Vec::new()).is_err());
    assert_eq!(
        shown(),
        second,
        "a broken file leaves the old certificate in place"
    );
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let dir = folder("mismatch");
    std::fs::create_dir_all(&dir).unwrap();
    let files = TlsFiles {
        cert: dir.join("cert.pem"),
        key: dir.join("key.pem"),
    };
    let make = || rcgen::generate_simple_self_signed(vec!["a.test".to_owned()]).unwrap();
    std::fs::write(&files.cert, make().cert.pem()).unwrap();
    std::fs::write(&files.key, make().signing_key.serialize_pem()).unwrap();
    assert!(
        Certificates::from_files(files)
            .unwrap_err()
            .0
            .contains("tls-key")
    );
    std::fs::remove_dir_all(dir).unwrap();
}
