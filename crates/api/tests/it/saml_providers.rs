//! SAML providers: their details, what is added to them, and the pool's certificate.

use std::sync::Arc;

use bytes::Bytes;
use cabana_api::ports::FetchError;
use cabana_testkit::saml::SamlProvider;
use cabana_testkit::{TestApp, TestProvider};
use http::{Response, StatusCode};
use serde_json::{Value, json};

const ADDRESS: &str = "https://saml.example/metadata";

fn saml(pool: &str, details: Value) -> Value {
    json!({
        "UserPoolId": pool, "ProviderName": "Corp", "ProviderType": "SAML", "ProviderDetails": details,
    })
}

async fn open() -> (TestApp, Arc<TestProvider>, String) {
    let mut app = TestApp::new();
    let idp = app.provider();
    let pool = app.pool(Value::Null).await;
    (app, idp, pool)
}

async fn certificate(app: &TestApp, pool: &str) -> String {
    let shown = app.ok("GetSigningCertificate", json!({ "UserPoolId": pool }));
    shown.await["Certificate"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_read_and_what_it_says_is_shown() {
    let (app, _, pool) = open().await;
    let metadata = SamlProvider::default().metadata();
    let given = json!({ "MetadataFile": metadata, "IDPSignout": "false" });
    let made = app.ok("CreateIdentityProvider", saml(&pool, given)).await;
    let details = &made["IdentityProvider"]["ProviderDetails"];
    let expected = json!({
        "MetadataFile": metadata,
        "IDPSignout": "false",
        "SSORedirectBindingURI": "https://saml.example/sso",
        "SLORedirectBindingURI": "https://saml.example/slo?tenant=1",
        "ActiveEncryptionCertificate": certificate(&app, &pool).await,
    });
    assert_eq!(details, &expected);
    assert_eq!(made["IdentityProvider"]["AttributeMapping"], json!({}));
    let named = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    let shown = app.ok("DescribeIdentityProvider", named.clone()).await;
    assert_eq!(shown, made);

    // What was read can be sent back; what is added follows the metadata.
    let mut again = named.clone();
    again["ProviderDetails"] = details.clone();
    again["ProviderDetails"]["SSORedirectBindingURI"] = json!("https://evil.example/");
    again["ProviderDetails"]["ActiveEncryptionCertificate"] = json!("AAAA");
    let changed = app.ok("UpdateIdentityProvider", again).await;
    assert_eq!(changed["IdentityProvider"]["ProviderDetails"], expected);

    let without = metadata.replace("SingleLogoutService", "Nothing");
    let mut again = named;
    again["ProviderDetails"] = json!({ "MetadataFile": without });
    let changed = app.ok("UpdateIdentityProvider", again).await;
    let details = &changed["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details.get("SLORedirectBindingURI"), None);
}

#[tokio::test]
async fn an_address_is_read_when_it_is_set() {
    let (app, idp, pool) = open().await;
    let wanted = saml(&pool, json!({ "MetadataURL": ADDRESS }));
    let unread = format!("Error retrieving metadata from {ADDRESS}");
    let refused = || async {
        let made = app.call("CreateIdentityProvider", wanted.clone()).await;
        made.refused("InvalidParameterException", &unread);
    };
    refused().await;
    idp.instead(|_| Some(Err(FetchError::TimedOut)));
    refused().await;
    idp.instead(|_| Some(Ok(Response::new(Bytes::from_static(b"<html/>")))));
    refused().await;
    idp.instead(|_| {
        let mut answer = Response::new(Bytes::from(SamlProvider::default().metadata()));
        *answer.status_mut() = StatusCode::FORBIDDEN;
        Some(Ok(answer))
    });
    refused().await;
    idp.instead(|_| {
        let metadata = SamlProvider::default().metadata();
        Some(Ok(Response::new(Bytes::from(metadata))))
    });
    let made = app.ok("CreateIdentityProvider", wanted).await;
    let details = &made["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details["MetadataURL"], ADDRESS);
    assert_eq!(details["SSORedirectBindingURI"], "https://saml.example/sso");
    assert_eq!(details.get("MetadataFile"), None);
    // Another change reads nothing.
    idp.calls();
    let mapping =
        json!({ "UserPoolId": pool, "ProviderName": "Corp", "AttributeMapping": { "email": "m" } });
    app.ok("UpdateIdentityProvider", mapping).await;
    assert_eq!(idp.calls(), []);
}

#[tokio::test]
async fn wrong_details_are_refused() {
    let (app, _, pool) = open().await;
    let right = SamlProvider::default().metadata();
    let file = |text: String| json!({ "MetadataFile": text });
    let with = |member: &str, value: &str| {
        let mut details = file(right.clone());
        details[member] = json!(value);
        details
    };
    let bad = |member: &str, why: &str| format!("Invalid {member} in ProviderDetails: {why}.");
    let in_file = |why: &str| bad("MetadataFile", why);
    let once = "Exactly one of MetadataURL and MetadataFile is required in ProviderDetails.";
    let switch = "it is true or false";
    let certificate = right.split("<ds:X509Certificate>").nth(1).unwrap();
    let certificate = certificate.split('<').next().unwrap();
    for (details, message) in [
        (json!({}), once.to_owned()),
        (json!({ "MetadataFile": "  " }), once.to_owned()),
        (with("MetadataURL", ADDRESS), once.to_owned()),
        (with("IDPSignout", "yes"), bad("IDPSignout", switch)),
        (with("IDPInit", "TRUE"), bad("IDPInit", switch)),
        (
            with("EncryptedResponses", ""),
            bad("EncryptedResponses", switch),
        ),
        (
            with("RequestSigningAlgorithm", "rsa-sha1"),
            bad("RequestSigningAlgorithm", "it is rsa-sha256"),
        ),
        (
            with("client_id", "a"),
            "client_id is not a member of ProviderDetails for provider type SAML.".to_owned(),
        ),
        (
            with("entity_id", "a"),
            "entity_id is not a member of ProviderDetails for provider type SAML.".to_owned(),
        ),
        (
            json!({ "MetadataURL": "http://idp.example/" }),
            bad("MetadataURL", "it must be an https address"),
        ),
        (
            file("hello".to_owned()),
            in_file("it is not a metadata document"),
        ),
        (
            file(format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{}", &right[21..])),
            in_file("it is not a metadata document"),
        ),
        (
            file(right.replace("IDPSSODescriptor", "SPSSODescriptor")),
            in_file("it does not describe exactly one identity provider"),
        ),
        (
            file(right.replace("HTTP-Redirect", "SOAP")),
            in_file("the identity provider has no sign-in address for the binding HTTP-Redirect"),
        ),
        (
            file(right.replace("https://saml.example/sso", "javascript:alert(1)")),
            in_file("the address javascript:alert(1) is refused: it names no host"),
        ),
        (
            file(right.replace("https://saml.example/sso", "http://saml.example/sso")),
            in_file("the address http://saml.example/sso is refused: it must be an https address"),
        ),
        (
            file(right.replace("https://saml.example/slo", "https://a:b@saml.example/slo")),
            in_file(
                "the address https://a:b@saml.example/slo?tenant=1 is refused: it must have neither credentials nor a fragment",
            ),
        ),
        (
            file(right.replace("\"signing\"", "\"encryption\"")),
            in_file("the identity provider has no signing certificate"),
        ),
        (
            file(right.replace(certificate, "AAAA")),
            in_file(
                "a signing certificate is not one of RSA or ECDSA, or longer than 4096 characters",
            ),
        ),
    ] {
        let shown = details.to_string();
        let made = app
            .call("CreateIdentityProvider", saml(&pool, details))
            .await;
        assert_eq!(made.body["message"], message, "{shown:.80}");
        made.refused("InvalidParameterException", &message);
    }
}

#[tokio::test]
async fn a_pool_has_one_certificate_from_its_first_use() {
    let app = Arc::new(TestApp::new());
    let pool = app.pool(Value::Null).await;
    let asked = (0..6).map(|_| {
        let (app, pool) = (app.clone(), pool.clone());
        tokio::spawn(async move { certificate(&app, &pool).await })
    });
    let mut all = Vec::new();
    for task in asked.collect::<Vec<_>>() {
        all.push(task.await.unwrap());
    }
    all.dedup();
    assert_eq!(all.len(), 1);
    assert_eq!(certificate(&app, &pool).await, all[0]);
    let other = app.pool(Value::Null).await;
    assert_ne!(certificate(&app, &other).await, all[0]);
    app.call(
        "GetSigningCertificate",
        json!({ "UserPoolId": "us-east-1_nowhere" }),
    )
    .await
    .refused(
        "ResourceNotFoundException",
        "User pool us-east-1_nowhere does not exist.",
    );
}
