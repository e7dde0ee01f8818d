//! A browser without JavaScript: keeps cookies, fills in forms, follows no redirect by itself.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

use axum::Router;
use axum::body::{Body, to_bytes};
use cabana_api::Peer;
use cabana_web::Scheme;
use http::{HeaderMap, Request, header};
use tower::ServiceExt;

pub const HOST: &str = "localhost:9229";

/// A browser.
pub struct Browser {
    router: Router,
    pub host: String,
    pub scheme: Scheme,
    /// Its IP address.
    pub address: IpAddr,
    pub cookies: Mutex<BTreeMap<String, String>>,
}

/// A response.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// A form on a page.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self {
            router,
            host: HOST.to_owned(),
            scheme: Scheme::Http,
            address: [127, 0, 0, 1].into(),
            cookies: Mutex::default(),
        }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path).header(
            header::CONTENT_TYPE,
            "application/x-www-form-urlencoded;charset=UTF-8",
        );
        self.send(request, Body::from(body)).await
    }

    pub async fn send(&self, request: http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> = {
            let cookies = self.cookies.lock().unwrap();
            cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect()
        };
        let mut request = request
            .header(header::HOST, &self.host)
            .extension(self.scheme)
            .extension(Peer(self.address));
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await;
        let (parts, body) = response.unwrap().into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Page {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Posts the form that has all these fields, filled in, and follows the redirect to the page it leads to.
    pub async fn submit(&self, page: &Page, values: &[(&str, &str)]) -> Page {
        let answer = self.press(page, values).await;
        match answer.status {
            303 => self.get(answer.location()).await,
            _ => answer,
        }
    }

    /// Posts the form that has all these fields, filled in; the answer itself.
    pub async fn press(&self, page: &Page, values: &[(&str, &str)]) -> Page {
        let form = page
            .forms()
            .into_iter()
            .find(|form| {
                values
                    .iter()
                    .all(|(name, _)| form.fields.contains_key(*name))
            })
            .unwrap_or_else(|| panic!("no form with {values:?} on:\n{}", page.plain()));
        let mut fields = form.fields.clone();
        // Buttons that lead elsewhere; only the one that is pressed is sent.
        fields.remove("go");
        for (name, value) in values {
            fields.insert((*name).to_owned(), (*value).to_owned());
        }
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(&form.action, &fields).await
    }
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A parameter in the query or fragment of the redirect URL.
    pub fn sent_back(&self, name: &str) -> Option<String> {
        let location = self.location();
        let (_, parameters) = location.split_once(['?', '#'])?;
        form_urlencoded::parse(parameters.as_bytes())
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.into_owned())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn has(&self, field: &str) -> bool {
        self.forms()
            .iter()
            .any(|form| form.fields.contains_key(field))
    }

    /// The text between the tags.
    pub fn plain(&self) -> String {
        let mut text = format!("{} {}: ", self.status, self.location());
        let mut inside = false;
        for c in self.text.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn forms(&self) -> Vec<Form> {
        let mut forms = Vec::new();
        for part in self.text.split("<form ").skip(1) {
            let form = part.split("</form>").next().unwrap();
            let mut fields = BTreeMap::new();
            for tag in form.split(['<', '>']).filter(|tag| {
                tag.starts_with("input") || tag.starts_with("button") || tag.starts_with("textarea")
            }) {
                if let Some(name) = attribute(tag, "name") {
                    fields.insert(name, attribute(tag, "value").unwrap_or_default());
                }
            }
            forms.push(Form {
                action: attribute(form, "action").unwrap_or_default(),
                fields,
            });
        }
        forms
    }
}

/// The value of an attribute, entities decoded.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    let value = value
        .replace("&#38;", "&")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">");
    Some(value)
}
