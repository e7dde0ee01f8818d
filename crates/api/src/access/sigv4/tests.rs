//! Tests against the algorithm's published examples and against another implementation.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings,
};
use aws_sigv4::sign::v4::SigningParams;
use http::Request;
use proptest::prelude::*;

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const DATE: &str = "20150830T123600Z";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeo\
    IYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8\
    Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2\
    ICCR/oLxBA==";

fn request(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

/// Checks one of the published examples: its signature is right, and wrong for any other request.
fn example(method: &str, uri: &str, headers: &[(&str, &str)], body: &str, signature: &str) {
    let mut all = vec![("Host", "example.amazonaws.com"), ("X-Amz-Date", DATE)];
    all.extend_from_slice(headers);
    let mut names: Vec<_> = all.iter().map(|(name, _)| name.to_lowercase()).collect();
    names.sort();
    names.dedup();
    let header = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
         SignedHeaders={}, Signature={signature}",
        names.join(";")
    );
    let authorization = Authorization::parse(&header).unwrap();
    let parts = request(method, uri, &all);
    let check = |secret, date, body: &str| {
        verify(
            &ScopedKeys::default(),
            &authorization,
            secret,
            date,
            &parts,
            body.as_bytes(),
        )
    };
    assert_eq!(
        check(SECRET, DATE, body),
        Ok(()),
        "{method} {uri} {headers:?}"
    );
    assert_eq!(check("another", DATE, body), Err(Wrong::Mismatch));
    assert_eq!(
        check(SECRET, "20150830T123601Z", body),
        Err(Wrong::Mismatch)
    );
    assert_eq!(check(SECRET, DATE, "x"), Err(Wrong::Mismatch));
}

#[test]
fn the_published_examples_of_posts_are_right() {
    let post = |headers: &[(&str, &str)], signature| example("POST", "/", headers, "", signature);
    post(
        &[],
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    );
    post(
        &[("My-Header1", "value1")],
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    );
    post(
        &[("My-Header1", "VALUE1")],
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    );
    post(
        &[("X-Amz-Security-Token", TOKEN)],
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    );
    let queried = "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11";
    example("POST", "/?Param1=value1", &[], "", queried);
    let hash = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e";
    let form = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", "13"),
        ("x-amz-content-sha256", hash),
    ];
    let with_body = "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b";
    example("POST", "/", &form, "Param1=value1", with_body);
}

#[test]
fn the_published_examples_of_gets_are_right() {
    let get =
        |uri, headers: &[(&str, &str)], signature| example("GET", uri, headers, "", signature);
    get(
        "/",
        &[],
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    );
    let repeated = [
        ("My-Header1", "value2"),
        ("My-Header1", "value2"),
        ("My-Header1", "value1"),
    ];
    get(
        "/",
        &repeated,
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    );
    let spaced = [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")];
    get(
        "/",
        &spaced,
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    );
    let unordered = "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500";
    get("/?Param2=value2&Param1=value1", &[], unordered);
}

#[test]
fn the_canonical_form_of_a_request_is_the_published_one() {
    let parts = request(
        "POST",
        "/",
        &[("Host", "example.amazonaws.com"), ("X-Amz-Date", DATE)],
    );
    assert_eq!(
        canonical_request(&parts, parts.uri.path(), "host;x-amz-date", b"").unwrap(),
        format!(
            "POST\n/\n\nhost:example.amazonaws.com\nx-amz-date:{DATE}\n\nhost;x-amz-date\n{EMPTY}"
        )
    );
}

#[test]
fn over_http_2_the_host_is_the_authority() {
    let parts = request("POST", "https://example.amazonaws.com/", &[]);
    assert_eq!(
        header_value(&parts, "host").as_deref(),
        Some("example.amazonaws.com")
    );
    assert_eq!(header_value(&parts, "x-amz-date"), None);
}

#[test]
fn a_signed_header_that_did_not_come_is_named() {
    let parts = request("POST", "/", &[("Host", "example.amazonaws.com")]);
    assert_eq!(
        canonical_request(&parts, parts.uri.path(), "host;x-y", b""),
        Err(Wrong::HeaderMissing("x-y".to_owned()))
    );
}

/// Signs with the AWS SDK for Rust. Returns the headers it adds.
fn signed_by_the_sdk(
    region: &str,
    secret: &str,
    seconds: u64,
    headers: &[(String, String)],
    body: &[u8],
) -> Vec<(String, String)> {
    let identity = Credentials::new("AKID", secret, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("cognito-idp")
        .time(UNIX_EPOCH + Duration::from_secs(seconds))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let pairs = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let request = SignableRequest::new(
        "POST",
        "https://localhost:9229/",
        pairs,
        SignableBody::Bytes(body),
    )
    .unwrap();
    let (instructions, _) = aws_sigv4::http_request::sign(request, &params)
        .unwrap()
        .into_parts();
    instructions
        .headers()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_the_aws_sdk_signs_is_right_and_any_change_of_it_wrong(
        region in "[a-z]{2}-[a-z]{4,9}-[1-9]",
        secret in "[A-Za-z0-9/+]{1,64}",
        seconds in 1_000_000_000u64..4_000_000_000,
        names in proptest::collection::btree_set("x-[a-z]{1,9}(-[a-z0-9]{1,9})?", 0..5),
        values in proptest::collection::vec("[!-~]{1,9}( {1,3}[!-~]{1,9}){0,2}", 5),
        body in proptest::collection::vec(any::<u8>(), 0..300),
        at in any::<proptest::sample::Index>(),
    ) {
        let mut headers: Vec<_> = names.into_iter().zip(values).collect();
        headers.push(("host".to_owned(), "localhost:9229".to_owned()));
        headers.extend(signed_by_the_sdk(&region, &secret, seconds, &headers, &body));
        let find = |name: &str| headers.iter().find(|it| it.0 == name).map(|it| it.1.clone()).unwrap();
        let (header, date) = (find("authorization"), find("x-amz-date"));
        let authorization = Authorization::parse(&header).unwrap();
        let pairs: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let parts = request("POST", "/", &pairs);
        let keys = ScopedKeys::default();
        let check = |parts: &Parts, body: &[u8]| verify(&keys, &authorization, &secret, &date, parts, body);
        prop_assert_eq!(check(&parts, &body), Ok(()));

        let mut longer = body.clone();
        longer.insert(at.index(body.len() + 1), b'!');
        prop_assert_eq!(check(&parts, &longer), Err(Wrong::Mismatch));

        let signed: Vec<_> = authorization.signed_headers.split(';').collect();
        let name = signed[at.index(signed.len())];
        let mut changed = request("POST", "/", &pairs);
        changed.headers.insert(http::HeaderName::try_from(name).unwrap(), "changed".try_into().unwrap());
        prop_assert_eq!(check(&changed, &body), Err(Wrong::Mismatch));

        let mut signature = authorization.signature.to_owned();
        let digit = at.index(signature.len());
        let other = if signature.as_bytes()[digit] == b'0' { "1" } else { "0" };
        signature.replace_range(digit..=digit, other);
        for forged in [signature, authorization.signature.to_uppercase()] {
            let is_other = forged != authorization.signature;
            let forged = Authorization { signature: &forged, ..authorization };
            prop_assert_eq!(verify(&keys, &forged, &secret, &date, &parts, &body).is_err(), is_other);
        }
    }
}

#[test]
fn a_kept_key_is_for_its_secret_and_scope_only() {
    let keys = ScopedKeys::default();
    let header = |date: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{date}/us-east-1/cognito-idp/aws4_request, \
             SignedHeaders=host, Signature=00"
        )
    };
    let (today, tomorrow) = (header("20150830"), header("20150831"));
    let today = Authorization::parse(&today).unwrap();
    let tomorrow = Authorization::parse(&tomorrow).unwrap();
    let signed = |key: &ScopedKey| sign(&key.key, b"text").as_ref().to_vec();
    let first = keys.get(&today, SECRET);
    assert!(Arc::ptr_eq(&first, &keys.get(&today, SECRET)), "kept");
    let others = [keys.get(&today, "another"), keys.get(&tomorrow, SECRET)];
    for other in &others {
        assert_ne!(signed(other), signed(&first));
    }
    assert_eq!(signed(&keys.get(&today, SECRET)), signed(&first));
}
