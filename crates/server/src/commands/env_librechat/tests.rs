use super::*;
use cabana_domain::client::ClientSecret;
use cabana_domain::{ClientId, PoolId, Time};
use cabana_model::UserPoolClientType;

fn client(secret: Option<&str>, callback: &str, logout: &str, scopes: &[&str]) -> Client {
    let now = Time::from_seconds(0);
    Client {
        id: ClientId::new("0123456789abcdefghijklmnop"),
        pool: PoolId::new("us-east-1_AbCdEfGhI"),
        version: 1,
        settings: UserPoolClientType {
            client_name: Some("chat".to_owned()),
            callback_urls: Some(vec![
                "https://other.test/back".to_owned(),
                callback.to_owned(),
            ]),
            logout_urls: Some(vec![logout.to_owned()]),
            allowed_oauth_scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
            ..UserPoolClientType::default()
        },
        secrets: secret
            .map(|secret| ClientSecret {
                id: "x".to_owned(),
                value: secret.into(),
                created: now,
            })
            .into_iter()
            .collect(),
        created: now,
        modified: now,
    }
}

const CHAT: &str = "https://chat.test/oauth/openid/callback";

#[test]
fn the_settings_are_complete() {
    let client = client(
        Some("s3cret"),
        CHAT,
        "https://chat.test/login",
        &["email", "openid", "profile", "phone"],
    );
    let text = lines(
        &client,
        "https://localhost:9229",
        Some(Path::new("/data/my tls/ca.pem")),
        "ab12",
    )
    .unwrap();
    let expected = "\n# LibreChat signs in through the app client chat of the user pool us-east-1_AbCdEfGhI\n\
                    DOMAIN_CLIENT=https://chat.test\n\
                    DOMAIN_SERVER=https://chat.test\n\
                    OPENID_CLIENT_ID=0123456789abcdefghijklmnop\n\
                    OPENID_CLIENT_SECRET=s3cret\n\
                    OPENID_ISSUER=https://localhost:9229/us-east-1_AbCdEfGhI/.well-known/openid-configuration\n\
                    OPENID_SESSION_SECRET=ab12\n\
                    OPENID_SCOPE=\"openid profile email\"\n\
                    OPENID_CALLBACK_URL=/oauth/openid/callback\n\
                    ALLOW_SOCIAL_LOGIN=true\n\
                    OPENID_NAME_CLAIM=name\n\
                    OPENID_USE_END_SESSION_ENDPOINT=true\n\
                    # Node.js reads this one only from the environment that it is started in:\n\
                    #   export \"$(grep '^NODE_EXTRA_CA_CERTS=' .env | tail -n 1)\"\n\
                    NODE_EXTRA_CA_CERTS=/data/my tls/ca.pem\n";
    assert_eq!(text, expected);
}

#[test]
fn a_public_client_is_told_to_use_pkce() {
    let client = client(None, CHAT, "https://chat.test/login", &SCOPES);
    let text = lines(&client, "https://a.test", None, "x").unwrap();
    assert!(
        text.contains("OPENID_CLIENT_SECRET=\n") && text.contains("OPENID_USE_PKCE=true\n"),
        "{text}"
    );
    assert!(
        !text.contains("NODE_EXTRA_CA_CERTS") && !text.contains("Warning"),
        "{text}"
    );
}

#[test]
fn what_will_not_work_is_said() {
    let incomplete = client(Some("s"), CHAT, "https://chat.test", &["openid"]);
    let text = lines(&incomplete, "https://a.test", None, "x").unwrap();
    assert!(
        text.contains("# Warning: add https://chat.test/login to the app client's sign-out URLs"),
        "{text}"
    );
    assert!(
        text.contains("# Warning: the app client lacks one of the scopes"),
        "{text}"
    );
    let stranger = client(
        Some("s"),
        "https://chat.test/back",
        "https://chat.test/login",
        &SCOPES,
    );
    assert!(
        lines(&stranger, "https://a.test", None, "x")
            .unwrap_err()
            .0
            .contains("no callback URL of LibreChat")
    );
}

#[test]
fn the_address_is_tls_even_where_the_public_one_is_not() {
    assert_eq!(https("http://localhost:9229"), "https://localhost:9229");
    assert_eq!(
        https("https://login.example.com"),
        "https://login.example.com"
    );
}
