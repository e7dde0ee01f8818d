//! A minimal browser: it keeps cookies, follows redirects and sends forms with the token of the previous page.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use cabana_api::Peer;
use cabana_api::logic::operators;
use cabana_console::{Console, Settings};
use cabana_testkit::{TestApp, TestFunctions, TestProvider};
use cabana_web::Web;
use http::{Method, Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";
const ORIGIN: &str = "http://localhost:9229";

/// A server with a console.
pub struct House {
    pub app: TestApp,
    pub functions: Arc<TestFunctions>,
    pub idp: Arc<TestProvider>,
    router: Router,
    /// The routes of the console alone, as the router describes them.
    pub routes: String,
}

impl House {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    /// The emulator.
    pub async fn dev() -> Self {
        Self::with(Settings {
            dev: true,
            inbox: true,
            ..Settings::default()
        })
        .await
    }

    async fn with(settings: Settings) -> Self {
        let mut app = TestApp::new();
        let (functions, idp) = (app.functions(), app.provider());
        cabana_console::prepare(&app.api).await.unwrap();
        let web = cabana_web::Settings {
            dev: settings.dev,
            inbox: settings.inbox,
            console: true,
            demo: None,
        };
        let pages = cabana_web::router(Web::new(Arc::clone(&app.api), web));
        let console = Console::new(Arc::clone(&app.api), pages.clone(), settings);
        let console = cabana_console::router(console);
        let routes = format!("{console:?}");
        let router = pages.merge(console);
        Self {
            app,
            functions,
            idp,
            router,
            routes,
        }
    }

    /// Creates an operator with a password, in the group of their role.
    pub async fn operator(&self, name: &str, group: &str) {
        let pool = "cabana_Operators";
        let user = json!({ "UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS" });
        self.app.ok("AdminCreateUser", user).await;
        let password = json!({ "UserPoolId": pool, "Username": name, "Password": PASSWORD, "Permanent": true });
        self.app.ok("AdminSetUserPassword", password).await;
        let member = json!({ "UserPoolId": pool, "Username": name, "GroupName": group });
        self.app.ok("AdminAddUserToGroup", member).await;
    }

    /// A browser on the server's own machine.
    pub fn own_browser(&self) -> Browser<'_> {
        Browser {
            peer: Some(Ipv4Addr::LOCALHOST.into()),
            host: "localhost:9229",
            ..self.browser()
        }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser {
            house: self,
            jar: BTreeMap::new(),
            token: String::new(),
            peer: None,
            host: "localhost:9229",
            page: String::new(),
            fetch_site: None,
        }
    }

    /// A browser of an administrator of this name, signed in through the hosted pages.
    pub async fn administrator(&self, name: &str) -> Browser<'_> {
        self.operator(name, operators::ADMINISTRATORS).await;
        let mut browser = self.browser();
        browser.sign_in(name).await;
        browser
    }

    /// A browser of a read-only operator of this name.
    pub async fn reader(&self, name: &str) -> Browser<'_> {
        self.operator(name, operators::READ_ONLY).await;
        let mut browser = self.browser();
        browser.sign_in(name).await;
        browser
    }

    /// Creates a user pool of this name.
    pub async fn pool(&self, name: &str) -> String {
        let made = self
            .app
            .ok("CreateUserPool", json!({ "PoolName": name }))
            .await;
        made["UserPool"]["Id"].as_str().unwrap().to_owned()
    }
}

/// A page that the server answered with.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    /// Path and query of the page, after redirects.
    pub url: String,
    pub html: String,
    pub headers: http::HeaderMap,
}

impl Page {
    /// The text after `before`, up to `until`.
    pub fn between(&self, before: &str, until: &str) -> &str {
        let (_, rest) = self
            .html
            .split_once(before)
            .unwrap_or_else(|| panic!("no {before} in {}", self.html));
        rest.split_once(until).unwrap().0
    }

    /// Address of the next page of a list.
    pub fn next(&self) -> String {
        let url = self.between("rel=\"next\" href=\"", "\"");
        url.replace("&#38;", "&")
    }

    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        assert!(self.html.contains(text), "no {text:?} in {}", self.html);
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.html.contains(text), "{text:?} in {}", self.html);
        self
    }

    /// Demands that a full page of a list is no more than lists are bounded to.
    #[track_caller]
    pub fn is_light(&self) -> &Self {
        assert!(
            self.html.len() < 40_000,
            "{}: {}",
            self.url,
            self.html.len()
        );
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "at {}: {}",
            self.url,
            self.html
        );
        self
    }
}

pub struct Browser<'h> {
    house: &'h House,
    pub jar: BTreeMap<String, String>,
    /// Value of `_csrf` on the last page with a form.
    pub token: String,
    /// Path and query of the last page.
    page: String,
    /// What it says about the origin of its requests.
    pub fetch_site: Option<&'static str>,
    /// Source address of its requests.
    pub peer: Option<IpAddr>,
    /// The host name in the request.
    pub host: &'static str,
}

impl Browser<'_> {
    /// Sends a request and does not follow redirects.
    pub async fn request(&mut self, method: Method, url: &str, form: &[(&str, &str)]) -> Page {
        let path = url.strip_prefix(ORIGIN).unwrap_or(url);
        assert!(path.starts_with('/'), "not on this server: {url}");
        let cookies: Vec<_> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::HOST, self.host);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if !self.page.is_empty() {
            request = request.header(header::REFERER, format!("{ORIGIN}{}", self.page));
        }
        if let Some(site) = self.fetch_site {
            request = request.header("sec-fetch-site", site);
        }
        let body = if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            Body::from(
                form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(form)
                    .finish(),
            )
        } else {
            Body::empty()
        };
        let mut request = request.body(body).unwrap();
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(Peer(peer));
        }
        let Ok(response) = self.house.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let line = cookie.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match line.contains("Max-Age=0") {
                true => self.jar.remove(name),
                false => self.jar.insert(name.to_owned(), value.to_owned()),
            };
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let page = Page {
            status: parts.status,
            url: path.to_owned(),
            html: String::from_utf8(bytes.to_vec()).unwrap(),
            headers: parts.headers,
        };
        if page.status == StatusCode::OK {
            self.page.clone_from(&page.url);
        }
        if page.html.contains("name=\"_csrf\"") {
            self.token = page.between("name=\"_csrf\" value=\"", "\"").to_owned();
        }
        page
    }

    async fn followed(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return page;
            }
            let location = page.headers[header::LOCATION].to_str().unwrap().to_owned();
            page = self.request(Method::GET, &location, &[]).await;
        }
        panic!("redirects without end at {}", page.url);
    }

    /// Loads a page and follows redirects.
    pub async fn get(&mut self, url: &str) -> Page {
        let page = self.request(Method::GET, url, &[]).await;
        self.followed(page).await
    }

    /// Sends a form with the token of the previous page, and follows redirects.
    pub async fn post(&mut self, url: &str, form: &[(&str, &str)]) -> Page {
        let token = self.token.clone();
        let mut fields = vec![("_csrf", token.as_str())];
        fields.extend_from_slice(form);
        let page = self.request(Method::POST, url, &fields).await;
        self.followed(page).await
    }

    /// Signs in through the hosted pages.
    pub async fn sign_in(&mut self, name: &str) -> Page {
        let page = self.get("/console").await;
        assert!(page.url.contains("/login?"), "at {}", page.url);
        let page = self
            .post(&page.url, &[("username", name), ("password", PASSWORD)])
            .await;
        assert_eq!(page.url, "/console/pools", "{}", page.html);
        page
    }
}
