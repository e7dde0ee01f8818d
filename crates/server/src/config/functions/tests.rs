use super::*;
use crate::config::Config;
use crate::functions::FunctionName;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn file(text: &str) -> Options {
    toml::from_str(text).unwrap()
}

fn problems(options: Options, mode: Mode) -> Vec<String> {
    let problems = Config::new(options, mode).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.0).collect()
}

/// A configuration that `serve` accepts, with these functions.
fn safe(text: &str) -> Options {
    Options {
        public_url: Some("https://login.example.com".to_owned()),
        behind_proxy: Some(true),
        ..file(text)
    }
}

#[test]
fn an_entry_is_an_address_or_has_a_secret_and_flags_win() {
    let options = Options {
        function: vec!["a=http://localhost:1/flag?x=1".to_owned()],
        ..file(&format!(
            "[functions]\na = 'https://a.test/'\nb = {{ url = 'https://b.test/', secret = '{SECRET}' }}\n\
             'arn:aws:lambda:us-east-1:000000000000:function:c' = 'http://c.test/2015-03-31/functions/c/invocations'"
        ))
    };
    let book = Config::new(options, Mode::Dev).unwrap().functions;
    assert_eq!(
        book.functions["a"].url.as_str(),
        "http://localhost:1/flag?x=1"
    );
    assert!(book.functions["a"].secret.is_none() && book.functions["b"].secret.is_some());
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:c";
    assert!(book.functions[arn].is_invoke());
    assert!(book.find(&FunctionName::parse(arn)).is_some());
    let shown = format!("{book:?}");
    assert!(!shown.contains("x=1") && !shown.contains(SECRET), "{shown}");
}

#[test]
fn a_secret_for_all_may_stand_in_a_file() {
    let path = std::env::temp_dir().join(format!("cabana-hook-{}", std::process::id()));
    std::fs::write(&path, format!("{SECRET}\n")).unwrap();
    let text = format!(
        "function-secret-file = '{}'\n[functions]\na = 'https://a.test/'",
        path.display()
    );
    let config = Config::new(safe(&text), Mode::Serve).unwrap();
    assert!(config.functions.functions["a"].secret.is_some());
    std::fs::remove_file(path).unwrap();
}

#[test]
fn serve_refuses_webhooks_elsewhere_that_cannot_know_who_calls_them() {
    let found = problems(safe("[functions]\na = 'https://a.test/'"), Mode::Serve);
    assert!(
        found.len() == 1 && found[0].contains("--function-secret-file"),
        "{found:?}"
    );
    for fine in [
        "[functions]\na = 'http://localhost:3000/a'",
        "[functions]\na = 'https://a.test/2015-03-31/functions/function/invocations'",
    ] {
        assert_eq!(
            problems(safe(fine), Mode::Serve),
            Vec::<String>::new(),
            "{fine}"
        );
    }
    let dev = problems(file("[functions]\na = 'https://a.test/'"), Mode::Dev);
    assert_eq!(dev, Vec::<String>::new());
}

#[test]
fn what_cannot_be_meant_is_named() {
    for (text, words) in [
        ("[functions]\na = 'ftp://a.test/'", "functions: a"),
        ("[functions]\na = 'https://u:p@a.test/'", "without a user"),
        (
            "[functions]\na = { url = 'https://a.test/', secret = 'short' }",
            "whsec_",
        ),
        ("function-secret = 'short'", "function-secret must be"),
        (
            "lambda-endpoint = 'http://localhost:4566/?x'",
            "nothing may follow",
        ),
        ("lambda-access-key-id = 'x'", "go together"),
        ("lambda-session-token = 'x'", "belongs to an access key"),
        ("[kms]\n'arn:aws:kms:a:1:key/a' = 'short'", "32 bytes"),
        (
            "[kms]\n'key/a' = '0000000000000000000000000000000000000000000000000000000000000000'",
            "the ARN of a key",
        ),
    ] {
        let found = problems(file(text), Mode::Dev);
        assert!(
            found.len() == 1 && found[0].contains(words),
            "{text}: {found:?}"
        );
        assert!(!found[0].contains("u:p"), "{found:?}");
    }
    for wrong in ["a", "=https://a.test/"] {
        let options = Options {
            function: vec![wrong.to_owned()],
            ..Options::default()
        };
        assert_eq!(problems(options, Mode::Dev).len(), 1, "{wrong}");
    }
    let untold =
        toml::from_str::<Options>("[functions]\na = { url = 'https://a.test/', sekret = 'x' }");
    let untold = untold.unwrap_err();
    assert!(untold.message().contains("secret-file"), "{untold}");
}

#[test]
fn the_endpoint_for_all_functions_has_a_key_or_none() {
    let text = "lambda-endpoint = 'https://lambda.eu-central-1.amazonaws.com/'\n\
                lambda-access-key-id = 'AKIA'\nlambda-secret-access-key = 'sekret'\nlambda-session-token = 'tmp-token'";
    let lambda = Config::new(file(text), Mode::Dev)
        .unwrap()
        .functions
        .lambda
        .unwrap();
    assert_eq!(lambda.url, "https://lambda.eu-central-1.amazonaws.com");
    let key = lambda.key.as_ref().unwrap();
    assert_eq!(key.key_id, "AKIA");
    assert_eq!(key.session_token.as_ref().unwrap().expose(), "tmp-token");
    let shown = format!("{lambda:?}");
    assert!(
        !shown.contains("sekret") && !shown.contains("tmp-token"),
        "{shown}"
    );
    let local = Config::new(file("lambda-endpoint = 'http://localhost:4566'"), Mode::Dev);
    assert!(local.unwrap().functions.lambda.unwrap().key.is_none());
}

#[test]
fn a_key_of_kms_is_given_or_in_a_file() {
    let path = std::env::temp_dir().join(format!("cabana-kms-{}", std::process::id()));
    std::fs::write(&path, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n").unwrap();
    let text = format!(
        "[kms]\n'arn:aws:kms:a:1:key/a' = '{}'\n'arn:aws:kms:a:1:key/b' = {{ key-file = '{}' }}",
        "02".repeat(32),
        path.display()
    );
    let keys = Config::new(file(&text), Mode::Dev).unwrap().kms;
    assert!(keys.has("arn:aws:kms:a:1:key/a") && keys.has("arn:aws:kms:a:1:key/b"));
    assert!(!keys.has("arn:aws:kms:a:1:key/c"));
    assert!(!format!("{keys:?}").contains('2'), "{keys:?}");
    std::fs::remove_file(path).unwrap();
}
