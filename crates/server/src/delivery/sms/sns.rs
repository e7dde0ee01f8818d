//! Text messages by Amazon SNS: `Publish`, signed with SigV4.

use bytes::Bytes;
use cabana_api::access::signing::{self, Credentials};
use cabana_domain::Time;
use cabana_domain::message::{Message, MessageContent};
use cabana_model::Secret;
use http::Request;
use http::header::CONTENT_TYPE;
use url::form_urlencoded::Serializer;

use super::SnsUrl;
use crate::outgoing::Reply;
use crate::problem::Problem;

/// SNS, with an access key.
pub struct Sns {
    endpoint: String,
    region: String,
    credentials: Credentials,
    from: Option<String>,
}

impl Sns {
    /// SNS as the URL says, completed from AWS's own environment variables.
    ///
    /// # Errors
    /// If there is no access key.
    pub fn new(
        url: &SnsUrl,
        server_region: &str,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Problem> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let credentials = match &url.login {
            Some((key_id, secret)) => Some(Credentials {
                key_id: key_id.clone(),
                secret: secret.clone(),
                session_token: None,
            }),
            None => set("AWS_ACCESS_KEY_ID")
                .zip(set("AWS_SECRET_ACCESS_KEY"))
                .map(|(key_id, secret)| Credentials {
                    key_id,
                    secret: secret.into(),
                    session_token: set("AWS_SESSION_TOKEN").map(Secret::from),
                }),
        };
        let credentials = credentials.ok_or_else(|| {
            Problem::new(
                "sms-url: SNS needs an access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write \
                 sns://key:secret@region",
            )
        })?;
        let region = url
            .region
            .clone()
            .or_else(|| set("AWS_REGION"))
            .or_else(|| set("AWS_DEFAULT_REGION"))
            .unwrap_or_else(|| server_region.to_owned());
        Ok(Self {
            endpoint: url.endpoint.clone().unwrap_or_else(|| amazons(&region)),
            region,
            credentials,
            from: url.from.clone(),
        })
    }

    /// The call that sends a message.
    ///
    /// # Errors
    /// If it cannot be written as HTTP.
    pub fn call(
        &self,
        message: &Message,
        content: &MessageContent,
        now: Time,
    ) -> Result<Request<Bytes>, String> {
        let mut form = Serializer::new(String::new());
        form.append_pair("Action", "Publish")
            .append_pair("Version", "2010-03-31")
            .append_pair("PhoneNumber", &message.to)
            .append_pair("Message", &content.body);
        let sender = self
            .from
            .as_deref()
            .map(|from| match from.starts_with('+') {
                true => ("AWS.MM.SMS.OriginationNumber", from),
                false => ("AWS.SNS.SMS.SenderID", from),
            });
        let attributes = [("AWS.SNS.SMS.SMSType", "Transactional")];
        for (number, (name, value)) in attributes.into_iter().chain(sender).enumerate() {
            let entry = format!("MessageAttributes.entry.{}", number + 1);
            form.append_pair(&format!("{entry}.Name"), name)
                .append_pair(&format!("{entry}.Value.DataType"), "String")
                .append_pair(&format!("{entry}.Value.StringValue"), value);
        }
        let body = Bytes::from(form.finish());
        let call = Request::post(format!("{}/", self.endpoint))
            .header(
                CONTENT_TYPE,
                "application/x-www-form-urlencoded; charset=utf-8",
            )
            .body(())
            .map_err(|error| error.to_string())?;
        let (mut parts, ()) = call.into_parts();
        let (credentials, region) = (&self.credentials, &self.region);
        signing::sign(&mut parts, &body, credentials, region, "sns", now)
            .map_err(|error| error.to_string())?;
        Ok(Request::from_parts(parts, body))
    }
}

fn amazons(region: &str) -> String {
    let china = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://sns.{region}.amazonaws.com{china}")
}

/// A refusal in SNS's words, and whether it is about the message.
pub fn refusal(reply: &Reply) -> (String, bool) {
    let xml = String::from_utf8_lossy(&reply.body);
    let element = |name: &str| {
        let (_, rest) = xml.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0)
    };
    match (element("Code"), element("Message")) {
        (Some(code), said) => {
            let is_final = code.starts_with("InvalidParameter");
            (format!("{code}: {}", said.unwrap_or_default()), is_final)
        }
        (None, _) => (xml.into_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(login: Option<(String, Secret)>) -> SnsUrl {
        SnsUrl {
            endpoint: None,
            region: None,
            login,
            from: None,
        }
    }

    #[test]
    fn what_the_url_leaves_out_comes_from_the_environment() {
        let environment = |name: &str| {
            let value = match name {
                "AWS_ACCESS_KEY_ID" => "AKID",
                "AWS_SECRET_ACCESS_KEY" => "secret",
                "AWS_SESSION_TOKEN" => "token",
                "AWS_REGION" => "cn-north-1",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let sns = Sns::new(&url(None), "us-east-1", environment).unwrap();
        assert_eq!(sns.credentials.key_id, "AKID");
        assert!(sns.credentials.session_token.is_some());
        assert_eq!(sns.endpoint, "https://sns.cn-north-1.amazonaws.com.cn");
        let login = Some(("OWN".to_owned(), "secret".into()));
        let sns = Sns::new(&url(login), "us-east-1", |_| None).unwrap();
        assert_eq!(sns.credentials.key_id, "OWN");
        assert_eq!(sns.endpoint, "https://sns.us-east-1.amazonaws.com");
        assert!(Sns::new(&url(None), "us-east-1", |_| None).is_err());
    }
}
