//! Every form of the console answers 303 to its page. The routes are found, not listed, so that a new one is tested too.

use std::collections::BTreeMap;

use cabana_testkit::function;
use http::{Method, header};
use serde_json::json;

use crate::harness::{Browser, House, Page};

/// Routes with POST that have no page of their own to go back to, and why.
const OTHERWISE: [(&str, &str); 5] = [
    ("/console", "answers every method with the first page"),
    ("/console/{*rest}", "not found, whatever the method"),
    (
        "/console/continue",
        "signs in where no password is needed: see the tests of setup",
    ),
    ("/console/setup", "needs its link: see the tests of setup"),
    ("/console/sign-out", "goes on to the hosted pages"),
];
const SERVER: &str = "identifier=https%3A%2F%2Fapi.example";
const URL: &str = "redirect_uri=https%3A%2F%2Fnew.example%2Fcb";
const SENTINEL: &str = "S3ntinel-of-a-secret";

fn is_otherwise(route: &str) -> bool {
    OTHERWISE.iter().any(|(it, _)| *it == route)
}

/// Patterns of all routes that take a POST, from the router's own description.
fn posts(house: &House) -> Vec<String> {
    let (routers, nodes) = house.routes.split_once("node: Node { paths: {").unwrap();
    let ids = routers.split("RouteId(").skip(1).filter_map(|route| {
        let (id, route) = route.split_once("): ")?;
        let takes = route.contains("post: Route") || route.contains("post: BoxedHandler");
        takes.then(|| id.to_owned())
    });
    let paths: BTreeMap<_, _> = nodes
        .split("RouteId(")
        .skip(1)
        .filter_map(|node| {
            let (id, rest) = node.split_once("): \"")?;
            Some((id.to_owned(), rest.split('"').next()?.to_owned()))
        })
        .collect();
    let found = ids.map(|id| paths[&id].clone());
    let mut found: Vec<_> = found.filter(|path| path.starts_with("/console")).collect();
    found.sort();
    found
}

/// A pool with something of everything that a form is about.
struct World {
    pool: String,
    client: String,
    secret: String,
    operator: String,
    key: String,
}

async fn world(house: &House, ada: &mut Browser<'_>, number: usize) -> World {
    let app = &house.app;
    let pool = house.pool(&format!("Pool {number}")).await;
    let client = json!({ "UserPoolId": pool, "ClientName": "app", "GenerateSecret": true });
    let client = app.ok("CreateUserPoolClient", client).await;
    let client = client["UserPoolClient"]["ClientId"].as_str().unwrap();
    let of_client = json!({ "UserPoolId": pool, "ClientId": client });
    let secret = app.ok("AddUserPoolClientSecret", of_client).await;
    let secret = secret["ClientSecretDescriptor"]["ClientSecretId"].clone();
    let user = json!({ "UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    let group = json!({ "UserPoolId": pool, "GroupName": "team" });
    app.ok("CreateGroup", group).await;
    let function = json!({ "PreSignUp": function("PreSignUp") });
    let functions = json!({ "UserPoolId": pool, "LambdaConfig": function });
    app.ok("UpdateUserPool", functions).await;
    app.provider_of(&pool, "Corp", json!({})).await;
    let domain = json!({ "UserPoolId": pool, "Domain": format!("people{number}") });
    app.ok("CreateUserPoolDomain", domain).await;
    let server = json!({ "UserPoolId": pool, "Identifier": "https://api.example", "Name": "api" });
    app.ok("CreateResourceServer", server).await;
    let mfa = json!({
        "UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" } },
    });
    app.ok("SetUserPoolMfaConfig", mfa).await;
    let operator = format!("rita{number}");
    house.operator(&operator, "read-only").await;
    let key = ada
        .post("/console/access-keys/new", &[("name", "a program")])
        .await;
    let key = key.between("/console/access-keys/AKIA", "/").to_owned();
    World {
        client: client.to_owned(),
        secret: secret.as_str().unwrap().to_owned(),
        key: format!("AKIA{key}"),
        pool,
        operator,
    }
}

impl World {
    /// The address of a route in this world.
    fn address(&self, route: &str, number: usize) -> String {
        let name = match () {
            () if route.contains("/users/") => "ann",
            () if route.contains("/groups/") => "team",
            () => &self.operator,
        };
        let id = match route.contains("/access-keys/") {
            true => &self.key,
            false => &self.pool,
        };
        let query = match () {
            () if route.ends_with("/domain/delete") => format!("?domain=people{number}"),
            () if route.ends_with("/secrets/delete") => format!("?secret={}", self.secret),
            () if route.contains("/resource-servers/") && !route.ends_with("/new") => {
                format!("?{SERVER}")
            }
            () if route.ends_with("/providers/new") => "?type=OIDC".to_owned(),
            () if route.ends_with("/refused/{list}") => format!("?{URL}"),
            () => String::new(),
        };
        let path = route
            .replace("{id}", id)
            .replace("{client_id}", &self.client)
            .replace("{name}", name)
            .replace("{list}", "callback")
            .replace("{provider}", "Corp")
            .replace("{trigger}", "PreSignUp")
            .replace("{step}", "security");
        assert!(!path.contains('{'), "say in this test what {route} means");
        path + &query
    }
}

/// Sends a form and shows the page that the answer leads to, twice.
async fn goes_to_a_page(browser: &mut Browser<'_>, url: &str, form: &[(&str, &str)]) -> Page {
    let token = browser.token.clone();
    let mut fields = vec![("_csrf", token.as_str())];
    fields.extend_from_slice(form);
    let answer = browser.request(Method::POST, url, &fields).await;
    answer.is(303);
    let to = answer.headers[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    let page = browser.request(Method::GET, &to, &[]).await;
    page.is(200);
    let again = browser.request(Method::GET, &to, &[]).await;
    let problems = |page: &Page| page.html.matches("role=\"alert\"").count();
    assert_eq!(problems(&page), problems(again.is(200)), "reload of {to}");
    page
}

/// Names of the fields of a page's forms.
fn names(html: &str) -> Vec<String> {
    let named = html.split(" name=\"").skip(1);
    let names = named.map(|rest| rest.split('"').next().unwrap().to_owned());
    let own = |name: &String| !["_csrf", "go", "viewport", "robots"].contains(&name.as_str());
    names.filter(own).collect()
}

#[tokio::test]
async fn every_form_answers_with_the_address_of_its_page() {
    let house = House::dev().await;
    let mut ada = house.administrator("ada").await;
    let routes = posts(&house);
    assert!(routes.len() > 50, "{routes:?}");
    let mut number = 0;
    let mut world = self::world(&house, &mut ada, number).await;
    for route in routes {
        if is_otherwise(&route) {
            continue;
        }
        // Nonsense, then nothing. Either may delete what a route is about.
        for nonsense in [true, false] {
            let url = world.address(&route, number);
            let page = ada.get(&url).await;
            let names = match nonsense && page.status == 200 {
                true => names(&page.html),
                false => Vec::new(),
            };
            let form = names
                .iter()
                .map(|name| (name.as_str(), "<nonsense> /\u{e4}"));
            goes_to_a_page(&mut ada, &url, &form.collect::<Vec<_>>()).await;
            if route.ends_with("/delete") || route.ends_with("/extensions/edit") {
                number += 1;
                world = self::world(&house, &mut ada, number).await;
            }
        }
    }
}

#[tokio::test]
async fn no_draft_holds_a_secret() {
    let house = House::dev().await;
    let mut ada = house.administrator("ada").await;
    let me = json!({ "UserPoolId": "cabana_Operators", "Username": "ada" });
    let me = house.app.ok("AdminGetUser", me).await;
    let attributes = me["UserAttributes"].as_array().unwrap();
    let sub = attributes.iter().find(|it| it["Name"] == "sub").unwrap();
    let sub = sub["Value"].as_str().unwrap();
    let world = world(&house, &mut ada, 1).await;
    let mut seen = 0;
    for route in posts(&house) {
        if is_otherwise(&route) {
            continue;
        }
        let url = world.address(&route, 1);
        let page = ada.get(&url).await;
        let secret = |tag: &&str| {
            [
                "type=\"password\"",
                "one-time-code",
                "secret\" type=\"text\"",
            ]
            .iter()
            .any(|it| tag.contains(it))
        };
        let tags = page.html.split("<input ").skip(1);
        let tags = tags.map(|rest| rest.split('>').next().unwrap());
        let tags: Vec<_> = tags.filter(secret).collect();
        if tags.is_empty() {
            continue;
        }
        let form = tags.iter().map(|tag| {
            let name = tag.split("name=\"").nth(1).unwrap();
            (name.split('"').next().unwrap(), SENTINEL)
        });
        let page = goes_to_a_page(&mut ada, &url, &form.collect::<Vec<_>>()).await;
        page.lacks(SENTINEL);
        let (path, query) = page.url.split_once('?').unwrap_or((&page.url, ""));
        let Some(id) = query.split("draft=").nth(1) else {
            continue;
        };
        let parts = ["console draft", sub, path, id].map(str::as_bytes);
        let hash = house.app.api.sealer.keyed_hash(&parts);
        let draft = house.app.api.store.draft(&hash).await.unwrap().unwrap();
        assert!(!draft.content.contains(SENTINEL), "{url}");
        seen += 1;
    }
    // Others that have such fields answer without a draft, and are not counted.
    assert!(seen >= 4, "{seen}");
}
