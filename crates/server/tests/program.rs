//! The program as an operator meets it: exit codes, one-line errors, precedence, start and stop.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Write};

use common::{Folder, Running, cabana, outcome};

#[test]
fn serve_refuses_in_one_line_that_says_what_to_set() {
    let folder = Folder::new("refuses");
    for (flags, word) in [
        (&["serve"][..], "--public-url"),
        (
            &["serve", "--public-url", "http://login.example.com"],
            "https://",
        ),
        (
            &[
                "serve",
                "--public-url",
                "https://login.example.com",
                "--listen",
                "0.0.0.0:1",
            ],
            "--behind-proxy",
        ),
    ] {
        let (success, text) = outcome(cabana(&folder.0).args(flags));
        assert!(
            !success && text.lines().count() == 1 && text.contains(word),
            "{flags:?}: {text}"
        );
    }
    assert!(
        !folder.0.join("cabana-data").exists(),
        "a refused start leaves nothing behind"
    );
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = Folder::new("precedence");
    let file = folder.write(
        "other.toml",
        "region = 'FROM FILE'\naccount-id = 'FROM FILE'\nlog = 'info'\n",
    );
    let check = |more: &[&str]| {
        let mut command = cabana(&folder.0);
        command.args([
            "check",
            "--public-url",
            "https://a.test",
            "--config",
            file.to_str().unwrap(),
        ]);
        outcome(command.env("CABANA_ACCOUNT_ID", "000000000001").args(more))
    };
    let (success, text) = check(&[]);
    assert!(
        !success && text.contains("region must") && !text.contains("account-id"),
        "{text}"
    );
    let (success, text) = check(&["--region", "eu-central-1", "--account-id", "FROM FLAG"]);
    assert!(
        !success && text.contains("account-id") && !text.contains("region"),
        "{text}"
    );
    let (success, text) = check(&["--region", "eu-central-1"]);
    assert!(success, "{text}");
}

#[test]
fn an_unknown_key_in_the_file_is_named_with_its_line() {
    let folder = Folder::new("unknown");
    folder.write(
        "cabana.toml",
        "region = 'us-east-1'\nlissten = '127.0.0.1:1'\n",
    );
    let (success, text) = outcome(cabana(&folder.0).arg("check"));
    assert!(
        !success && text.contains("cabana.toml: line 2") && text.contains("lissten"),
        "{text}"
    );
}

#[test]
fn check_says_everything_that_is_wrong_and_starts_nothing() {
    let folder = Folder::new("check");
    let flags = [
        "check",
        "--listen",
        "0.0.0.0:1",
        "--smtp-url",
        "imap://x",
        "--log",
        "=x=",
    ];
    let (success, text) = outcome(cabana(&folder.0).args(flags));
    assert!(!success);
    for word in ["--public-url", "--behind-proxy", "smtp-url", "log:"] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
    assert!(!folder.0.join("cabana-data").exists());
}

#[test]
fn a_console_link_needs_the_data_of_a_server() {
    let folder = Folder::new("link");
    let (success, text) = outcome(cabana(&folder.0).arg("console-link"));
    assert!(!success && text.contains("--data-dir"), "{text}");
    assert!(!folder.0.join("cabana-data").exists());
}

#[test]
fn dev_starts_says_where_it_is_and_stops_when_asked() {
    let folder = Folder::new("dev");
    let mut server = Running::start(&folder);
    let port = server.1;
    let mut banner = BufReader::new(server.0.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let shown: Vec<String> = banner
        .by_ref()
        .take_while(|line| !line.starts_with('╰'))
        .collect();
    let shown = shown.join("\n");
    for part in [
        format!("http://localhost:{port}/demo"),
        format!("https://localhost:{port}"),
        "env sdk".to_owned(),
    ] {
        assert!(shown.contains(&part), "{part} is missing in {shown}");
    }
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/metrics").contains("cabana_requests_total"));
    assert!(server.get("/demo").contains("/demo/sign-in"));

    let listen = format!("127.0.0.1:{port}");
    assert!(outcome(cabana(&folder.0).args(["healthcheck", "--listen", &listen])).0);

    let (success, text) = outcome(cabana(&folder.0).args(["dev", "--listen", "127.0.0.1:0"]));
    assert!(
        !success && text.contains("another cabana uses the data directory"),
        "{text}"
    );
    assert!(server.stop());
    assert!(!outcome(cabana(&folder.0).args(["healthcheck", "--listen", &listen])).0);
}

#[test]
fn commands_find_the_address_of_the_server_that_was_started_last() {
    let folder = Folder::new("address");
    let server = Running::start(&folder);
    let port = server.1;
    let printed = |flags: &[&str], part: &str| {
        let (success, text) = outcome(cabana(&folder.0).args(flags));
        assert!(success && text.contains(part), "{flags:?}: {text}");
    };
    let here = |port: u16| {
        printed(
            &["env", "sdk"],
            &format!("COGNITO_IDENTITY_PROVIDER=http://localhost:{port}\n"),
        );
        printed(
            &["env", "librechat"],
            &format!("\nOPENID_ISSUER=https://localhost:{port}/us-east-1_"),
        );
        printed(
            &["console-link"],
            &format!("http://localhost:{port}/console/setup?token="),
        );
    };
    here(port);
    printed(&["healthcheck"], "");
    // Options given take precedence over remembered ones.
    let other = ["env", "sdk", "--public-url", "https://id.example.org"];
    printed(&other, "PROVIDER=https://id.example.org\n");
    let other = ["env", "sdk", "--listen", "127.0.0.1:9229"];
    printed(&other, "PROVIDER=http://localhost:9229\n");
    assert!(server.stop());
    here(port);

    let public_url = "https://localhost:4433";
    let server = Running::with(&folder, &["--public-url", public_url]);
    printed(&["env", "sdk"], &format!("PROVIDER={public_url}\n"));
    printed(&["console-link"], &format!("{public_url}/console/"));
    assert!(server.stop());
}

#[test]
fn the_error_about_a_taken_port_offers_a_way_out() {
    let folder = Folder::new("taken");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let (success, text) = outcome(cabana(&folder.0).args(["dev", "--listen", &listen]));
    assert!(!success && text.contains(&listen), "{text}");
    assert!(text.contains("another cabana"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn check_reports_the_options_of_the_last_serve() {
    let folder = Folder::new("check-last");
    std::fs::create_dir(folder.0.join("cabana-data")).unwrap();
    folder.write(
        "cabana-data/last-start.toml",
        "mode = 'serve'\nlisten = '127.0.0.1:4433'\npublic-url = 'https://id.example.org'\n",
    );
    let (success, text) = outcome(cabana(&folder.0).arg("check"));
    assert!(!success, "{text}");
    for part in [
        "no public URL",
        "--public-url https://id.example.org --listen 127.0.0.1:4433",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn a_restart_keeps_keys_and_demo_and_a_wrong_master_key_is_refused() {
    let folder = Folder::new("restart");
    assert!(Running::start(&folder).stop());
    let credentials = fs::read(folder.0.join("cabana-data/credentials")).unwrap();
    let settings = || outcome(cabana(&folder.0).args(["env", "librechat"])).1;
    let client = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("OPENID_CLIENT_ID="))
            .map(str::to_owned)
    };
    let before = client(&settings());
    assert!(before.is_some());
    assert!(Running::start(&folder).stop());
    assert_eq!(client(&settings()), before);
    assert_eq!(
        fs::read(folder.0.join("cabana-data/credentials")).unwrap(),
        credentials
    );
    let (success, text) = outcome(
        cabana(&folder.0)
            .args(["dev", "--listen", "127.0.0.1:0"])
            .env("CABANA_MASTER_KEY", "00".repeat(32)),
    );
    assert!(
        !success && text.contains("the master key does not open this database"),
        "{text}"
    );

    fs::remove_file(folder.0.join("cabana-data/master.key")).unwrap();
    let (success, text) = outcome(cabana(&folder.0).args(["dev", "--listen", "127.0.0.1:0"]));
    assert!(
        !success && text.contains("does not open this database"),
        "{text}"
    );
    assert!(
        !folder.0.join("cabana-data/master.key").exists(),
        "a wrong key was written"
    );
}

#[test]
fn stopping_does_not_wait_for_connections_without_a_request() {
    let folder = Folder::new("idle");
    let server = Running::start(&folder);
    let idle = std::net::TcpStream::connect(("127.0.0.1", server.1)).unwrap();
    let mut half = std::net::TcpStream::connect(("127.0.0.1", server.1)).unwrap();
    half.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    let begun = std::time::Instant::now();
    assert!(server.stop());
    let took = begun.elapsed();
    assert!(took < std::time::Duration::from_secs(2), "{took:?}");
    drop((idle, half));
}
