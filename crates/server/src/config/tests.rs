use super::*;

fn problems(options: Options, mode: Mode) -> Vec<String> {
    Config::new(options, mode)
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|problem| problem.0)
        .collect()
}

/// A configuration that `serve` accepts.
fn safe() -> Options {
    Options {
        public_url: Some("https://login.example.com".to_owned()),
        behind_proxy: Some(true),
        smtp_url: Some("smtps://mail.example.com".into()),
        ..Options::default()
    }
}

fn one_problem(options: Options, mode: Mode, word: &str) {
    let found = problems(options, mode);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains(word) && !found[0].contains('\n'),
        "{found:?} should name {word}"
    );
}

#[test]
fn dev_needs_nothing_said() {
    let config = Config::new(Options::default(), Mode::Dev).unwrap();
    assert_eq!(config.listen, "127.0.0.1:9229".parse().unwrap());
    assert_eq!(
        config.public_url("127.0.0.1:4711".parse().unwrap()),
        "http://localhost:4711"
    );
    assert_eq!(config.database, Database::Sqlite);
    assert_eq!(config.mail, MailRoute::Inbox);
    assert!(config.makes_certificate() && config.answers_plain_http());
}

#[test]
fn serve_accepts_a_safe_set_up() {
    let config = Config::new(safe(), Mode::Serve).unwrap();
    assert_eq!(
        config.public_url(config.listen),
        "https://login.example.com"
    );
    assert!(!config.makes_certificate());
    assert!(config.answers_plain_http());
}

#[test]
fn serve_refuses_what_is_unsafe_and_says_what_to_set() {
    one_problem(
        Options {
            public_url: None,
            ..safe()
        },
        Mode::Serve,
        "--public-url",
    );
    let plain = Some("http://login.example.com".to_owned());
    one_problem(
        Options {
            public_url: plain,
            ..safe()
        },
        Mode::Serve,
        "--public-url",
    );
    let open = Options {
        listen: Some("0.0.0.0:9229".parse().unwrap()),
        behind_proxy: None,
        ..safe()
    };
    one_problem(open.clone(), Mode::Serve, "--behind-proxy");
    let with_certificate = Options {
        tls_cert: Some("c.pem".into()),
        tls_key: Some("k.pem".into()),
        ..open
    };
    let config = Config::new(with_certificate, Mode::Serve).unwrap();
    assert!(!config.answers_plain_http());
}

#[test]
fn serve_on_loopback_may_be_plain() {
    let options = Options {
        public_url: Some("http://localhost:9229".to_owned()),
        ..Options::default()
    };
    let config = Config::new(options, Mode::Serve).unwrap();
    assert_eq!(config.mail, MailRoute::Nowhere);
    assert!(config.makes_certificate());
}

#[test]
fn the_inbox_of_a_server_that_others_reach_is_not_shown() {
    let shown = |options: Options, mode| Config::new(options, mode).unwrap().shows_inbox();
    let inbox = Options {
        inbox: Some(true),
        smtp_url: None,
        ..safe()
    };
    let local = Options {
        public_url: Some("http://localhost:9229".to_owned()),
        behind_proxy: None,
        ..inbox.clone()
    };
    assert!(shown(local.clone(), Mode::Serve));
    assert!(!shown(inbox.clone(), Mode::Serve));
    let behind_a_silent_proxy = Options {
        behind_proxy: None,
        ..inbox
    };
    assert!(!shown(behind_a_silent_proxy, Mode::Serve));
    let mailing = Options {
        inbox: None,
        smtp_url: Some("smtp://localhost".into()),
        ..local
    };
    assert!(!shown(mailing, Mode::Serve));
    assert!(shown(Options::default(), Mode::Dev));
}

#[cfg(unix)]
#[test]
fn serve_refuses_a_master_key_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("cabana-open-key-{}", std::process::id()));
    std::fs::write(&path, "00".repeat(32)).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let options = Options {
        master_key_file: Some(path.clone()),
        ..safe()
    };
    one_problem(options.clone(), Mode::Serve, "chmod 600");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(problems(options, Mode::Serve), Vec::<String>::new());
    std::fs::remove_file(path).unwrap();
}

#[test]
fn everything_wrong_is_told_at_once() {
    let options = Options {
        public_url: Some("https://example.com/path".to_owned()),
        database: Some("mysql://x".into()),
        region: Some("Mars".to_owned()),
        account_id: Some("12".to_owned()),
        smtp_url: Some("imap://x".into()),
        mail_from: Some("nobody".to_owned()),
        tls_cert: Some("c.pem".into()),
        max_connections: Some(0),
        root_access_key_id: Some("X".into()),
        ..Options::default()
    };
    let found = problems(options, Mode::Dev);
    for word in [
        "public-url",
        "database",
        "region",
        "account-id",
        "smtp",
        "mail-from",
        "tls-cert",
        "max-connections",
        "root-",
    ] {
        assert!(
            found.iter().any(|problem| problem.contains(word)),
            "{word} is missing in {found:?}"
        );
    }
    assert_eq!(found.len(), 9, "{found:?}");
}

#[test]
fn a_secret_may_stand_in_a_file_but_not_twice() {
    let path = std::env::temp_dir().join(format!("cabana-smtp-{}", std::process::id()));
    std::fs::write(&path, "smtps://u:p@mail.example.com\n").unwrap();
    let options = Options {
        smtp_url: None,
        smtp_url_file: Some(path.clone()),
        ..safe()
    };
    let config = Config::new(options.clone(), Mode::Serve).unwrap();
    assert!(matches!(config.mail, MailRoute::Smtp(url) if url.host == "mail.example.com"));
    one_problem(
        Options {
            smtp_url: Some("smtps://h".into()),
            ..options.clone()
        },
        Mode::Serve,
        "keep one",
    );
    std::fs::remove_file(path).unwrap();
    one_problem(options, Mode::Serve, "cannot read the smtp-url-file");
}

#[test]
fn flags_win_over_the_file_and_a_secret_brings_its_file_along() {
    let file: Options = toml::from_str(
        "listen = '127.0.0.1:1'\nregion = 'eu-central-1'\nsmtp-url-file = '/a'\nbehind-proxy = true\nmaster-key = 'k'",
    )
    .unwrap();
    let flags = Options {
        listen: Some("127.0.0.1:2".parse().unwrap()),
        smtp_url: Some("smtp://x".into()),
        ..Options::default()
    };
    let merged = flags.over(file);
    assert_eq!(merged.listen, Some("127.0.0.1:2".parse().unwrap()));
    assert_eq!(merged.region.as_deref(), Some("eu-central-1"));
    assert_eq!(
        (merged.smtp_url.is_some(), merged.smtp_url_file),
        (true, None)
    );
    assert_eq!(merged.behind_proxy, Some(true));
    assert_eq!(merged.master_key.unwrap().expose(), "k");
}

#[test]
fn an_unknown_key_in_the_file_is_an_error() {
    let error = toml::from_str::<Options>("lissten = '127.0.0.1:1'").unwrap_err();
    assert!(
        error.message().contains("unknown field `lissten`"),
        "{error}"
    );
    assert!(toml::from_str::<Options>("config = 'x'").is_err());
}

#[test]
fn secrets_without_a_flag_come_from_the_environment() {
    let environment = |name: &str| match name {
        "CABANA_MASTER_KEY" => Some("key".to_owned()),
        "CABANA_ROOT_ACCESS_KEY_ID" => Some(String::new()),
        _ => None,
    };
    let options = Options::default().with_secrets_from(environment);
    assert_eq!(options.master_key.unwrap().expose(), "key");
    assert_eq!(
        options.root_access_key_id, None,
        "an empty variable is an unset one"
    );
}

#[test]
fn limits_are_on_unless_they_are_set_and_the_emulator_counts_no_addresses() {
    let limits = |options: Options, mode| Config::new(options, mode).unwrap().limits;
    let usual = limits(safe(), Mode::Serve);
    assert_eq!((usual.per_user, usual.per_address), (10, 300));
    let emulator = limits(Options::default(), Mode::Dev);
    assert_eq!((emulator.per_user, emulator.per_address), (10, 0));
    let mailed = |mode, smtp: bool| {
        let smtp_url = smtp.then(|| "smtp://localhost:2525".into());
        let options = Options {
            smtp_url,
            mail_from: Some("cabana@example.com".to_owned()),
            ..safe()
        };
        limits(options, mode).messages_per_destination
    };
    assert_eq!(
        (mailed(Mode::Serve, true), mailed(Mode::Dev, true)),
        (10, 10)
    );
    assert_eq!(emulator.messages_per_destination, 0);
    let given: Options = toml::from_str(
        "limit-per-user = 0\nlimit-passwords-per-address = 7\nlimit-categories = 'cognito'",
    )
    .unwrap();
    let given = limits(given, Mode::Dev);
    assert_eq!((given.per_user, given.passwords_per_address), (0, 7));
    assert!(given.categories && !usual.categories);
}

#[test]
fn a_public_name_on_a_port_of_loopback_means_a_silent_proxy() {
    let silent = |options: Options| {
        Config::new(options, Mode::Serve)
            .unwrap()
            .is_behind_a_silent_proxy()
    };
    assert!(!silent(safe()));
    let untold = Options {
        behind_proxy: None,
        ..safe()
    };
    assert!(silent(untold.clone()));
    let local = Options {
        public_url: Some("http://localhost:9229".to_owned()),
        ..untold
    };
    assert!(!silent(local));
}

#[test]
fn names_of_this_machine_are_known() {
    for host in [
        "localhost",
        "demo.auth.us-east-1.localhost",
        "127.0.0.1",
        "127.9.9.9",
        "[::1]",
        "::1",
    ] {
        assert!(is_loopback_host(host), "{host}");
    }
    for host in [
        "example.com",
        "localhost.example.com",
        "10.0.0.1",
        "0.0.0.0",
        "notlocalhost",
    ] {
        assert!(!is_loopback_host(host), "{host}");
    }
}

#[test]
fn text_messages_go_to_a_service_or_into_the_inbox_or_nowhere() {
    let routed = |mode, url: Option<&str>, secret: Option<&str>| {
        let options = Options {
            sms_url: url.map(Into::into),
            sms_webhook_secret: secret.map(Into::into),
            ..safe()
        };
        Config::new(options, mode).map(|config| config.sms)
    };
    let dev = routed(Mode::Dev, None, None).unwrap();
    assert!(matches!(dev, SmsRoute::Inbox), "{dev:?}");
    let serve = routed(Mode::Serve, None, None).unwrap();
    assert!(matches!(serve, SmsRoute::Nowhere), "{serve:?}");
    let url = Some("https://texts.example.com/send");
    let secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let webhook = routed(Mode::Serve, url, secret).unwrap();
    assert!(matches!(webhook, SmsRoute::Service(_)), "{webhook:?}");
    assert!(routed(Mode::Serve, url, None).is_err());
    let both = Options {
        sms_url: Some("sns://eu-west-1".into()),
        smtp_url: None,
        inbox: Some(true),
        ..safe()
    };
    one_problem(both, Mode::Serve, "inbox and sms-url");
}
