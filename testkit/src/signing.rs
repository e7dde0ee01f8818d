//! Signs requests with the code of the AWS SDKs.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use bytes::Bytes;
use cabana_domain::Time;
use http::Request;

use crate::app::REGION;

/// An access key with its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestKey {
    pub id: String,
    pub secret: String,
}

impl TestKey {
    /// Signs a request at `now`; it must have a `Host`.
    pub fn sign(&self, request: &mut Request<Bytes>, now: Time) {
        self.sign_for(request, now, "cognito-idp");
    }

    /// The same for another service.
    pub fn sign_for(&self, request: &mut Request<Bytes>, now: Time, service: &str) {
        let seconds = u64::try_from(now.seconds()).expect("a time after 1970");
        let identity = Credentials::new(&self.id, &self.secret, None, None, "testkit").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(service)
            .time(UNIX_EPOCH + Duration::from_secs(seconds))
            .settings(SigningSettings::default())
            .build()
            .expect("complete parameters")
            .into();
        let headers = request.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII headers")));
        let uri = format!("http://localhost:9229{}", request.uri());
        let signable = SignableRequest::new(
            request.method().as_str(),
            uri,
            headers,
            SignableBody::Bytes(request.body()),
        )
        .expect("a request that can be signed");
        let (instructions, _) = sign(signable, &params).expect("a signature").into_parts();
        instructions.apply_to_request_http1x(request);
    }
}
