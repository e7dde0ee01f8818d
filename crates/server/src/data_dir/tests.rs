use super::*;
use crate::config::{Mode, Options};

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("cabana-data-dir-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

fn config(path: &Path) -> Config {
    Config::new(
        Options {
            data_dir: Some(path.to_owned()),
            ..Options::default()
        },
        Mode::Dev,
    )
    .unwrap()
}

#[test]
fn secrets_are_made_once_and_only_their_owner_reads_them() {
    let path = folder("once");
    let config = config(&path);
    let dir = DataDir::open(&path).unwrap();
    assert_eq!(existing_master_key(&config).unwrap(), None);
    assert_eq!(existing_root_key(&config).unwrap(), None);
    let (master, root) = (
        dir.master_key(&config).unwrap(),
        dir.root_key(&config, None).unwrap(),
    );
    assert_eq!(
        existing_master_key(&config).unwrap(),
        None,
        "not before it is known to be right"
    );
    dir.keep_master_key(&config, &master).unwrap();
    dir.keep_master_key(&config, &[1; 32]).unwrap();
    assert_ne!(master, [0; 32]);
    assert_eq!(dir.master_key(&config).unwrap(), master);
    assert_eq!(dir.root_key(&config, None).unwrap(), root);
    assert_eq!((root.id.len(), root.secret.len()), (20, 40));
    for file in [master_key_path(&path), credentials_path(&path)] {
        assert!(
            crate::data_dir::is_private_file(&file),
            "{}",
            file.display()
        );
    }
    let left: Vec<_> = fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        left.len(),
        3,
        "nothing but lock, key and credentials: {left:?}"
    );
    fs::remove_dir_all(&path).unwrap();
}

#[test]
fn a_second_node_takes_the_root_key_that_the_store_has() {
    let path = folder("node");
    let config = config(&path);
    let dir = DataDir::open(&path).unwrap();
    let theirs = RootKey {
        id: "CABANATHEIRS".to_owned(),
        secret: Secret::from("s"),
    };
    assert_eq!(dir.root_key(&config, Some(theirs.clone())).unwrap(), theirs);
    assert_eq!(existing_root_key(&config).unwrap(), Some(theirs.clone()));
    let other = RootKey {
        id: "CABANAOTHER".to_owned(),
        ..theirs.clone()
    };
    assert_eq!(
        dir.root_key(&config, Some(other)).unwrap(),
        theirs,
        "the file wins once it is there"
    );
    fs::remove_dir_all(&path).unwrap();
}

#[test]
fn a_second_server_is_kept_out_until_the_first_is_gone() {
    let path = folder("lock");
    let first = DataDir::open(&path).unwrap();
    let refused = DataDir::open(&path).unwrap_err();
    assert!(
        refused.0.contains("another cabana uses the data directory"),
        "{refused}"
    );
    drop(first);
    assert!(DataDir::open(&path).is_ok());
    fs::remove_dir_all(&path).unwrap();
}

#[test]
fn a_master_key_is_32_bytes_in_hex_or_base64() {
    let key = [0xab; 32];
    assert_eq!(parse_master_key(&hex::encode(key)), Ok(key));
    assert_eq!(
        parse_master_key(&format!("{}\n", BASE64.encode(key))),
        Ok(key)
    );
    assert_eq!(
        parse_master_key(BASE64.encode(key).trim_end_matches('=')),
        Ok(key)
    );
    for wrong in [
        "",
        "abcd",
        &hex::encode([1; 31]),
        &BASE64.encode([1; 33]),
        "not a key at all",
    ] {
        assert!(parse_master_key(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn only_the_default_profile_counts() {
    let text = "# mine\n[other]\naws_access_key_id = X\naws_secret_access_key = Y\n\n[default]\n\
                aws_access_key_id=ID\naws_secret_access_key =  a=b/c\nregion = us-east-1\n[last]\naws_access_key_id = Z\n";
    let key = parse_credentials(text).unwrap();
    assert_eq!((key.id.as_str(), key.secret.expose()), ("ID", "a=b/c"));
    assert!(
        parse_credentials("[other]\naws_access_key_id = X\naws_secret_access_key = Y\n").is_none()
    );
    assert!(
        parse_credentials("[default]\naws_access_key_id = X\naws_secret_access_key =\n").is_none()
    );
}
