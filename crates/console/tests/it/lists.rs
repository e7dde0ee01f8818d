//! Lists that are longer than a page: every line is on one page, and on one only.

use std::collections::BTreeSet;

use cabana_domain::Span;
use serde_json::json;

use crate::harness::{Browser, House, Page};

/// More than two pages of any list.
const MANY: usize = 125;

pub fn name(number: usize) -> String {
    format!("line-{number:03}")
}

/// The lines that a page shows.
pub fn lines(page: &Page) -> Vec<String> {
    let mut found: Vec<_> = page.html.split("line-").skip(1).collect();
    found.retain(|rest| rest.get(..3).is_some_and(|it| it.parse::<u32>().is_ok()));
    let mut lines: Vec<_> = found
        .iter()
        .map(|rest| format!("line-{}", &rest[..3]))
        .collect();
    // Names appear in addresses, too.
    lines.dedup();
    lines
}

/// Turns all pages; returns the number of lines of each.
async fn turn(browser: &mut Browser<'_>, url: &str) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let mut sizes = Vec::new();
    let mut page = browser.get(url).await;
    loop {
        page.is(200).is_light();
        let lines = lines(&page);
        sizes.push(lines.len());
        for line in lines {
            assert!(seen.insert(line.clone()), "{line} twice");
        }
        if !page.html.contains("rel=\"next\"") {
            break;
        }
        page = browser.get(&page.next()).await;
        assert!(sizes.len() < 10, "pages without end");
    }
    assert_eq!(seen.len(), MANY, "{sizes:?}");
    sizes
}

/// A pool with [`MANY`] users, each in a group of all and in a group of their own.
async fn crowd(house: &House) -> String {
    let pool = house.pool("Crowd").await;
    let group = json!({ "UserPoolId": pool, "GroupName": "everybody" });
    house.app.ok("CreateGroup", group).await;
    for number in 0..MANY {
        let name = name(number);
        let user = json!({
            "UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS",
            "UserAttributes": [{ "Name": "given_name", "Value": "Ann" }],
        });
        house.app.ok("AdminCreateUser", user).await;
        let member = json!({ "UserPoolId": pool, "Username": name, "GroupName": "everybody" });
        house.app.ok("AdminAddUserToGroup", member).await;
    }
    pool
}

#[tokio::test]
async fn users_searches_and_members_go_on_over_pages() {
    let house = House::new().await;
    let pool = crowd(&house).await;
    let mut ada = house.administrator("ada").await;
    let users = format!("/console/pools/{pool}/users");
    assert_eq!(turn(&mut ada, &users).await, [40, 40, 40, 5]);
    let search = format!("{users}?property=given_name&text=An");
    assert_eq!(turn(&mut ada, &search).await, [40, 40, 40, 5]);
    let members = format!("/console/pools/{pool}/groups/everybody");
    assert!(turn(&mut ada, &members).await.len() > 2);
    ada.get(&format!("{users}?next=forged")).await.is(200);
}

#[tokio::test]
async fn groups_go_on_over_pages() {
    let house = House::new().await;
    let pool = house.pool("Crowd").await;
    for number in 0..MANY {
        let group = json!({ "UserPoolId": pool, "GroupName": name(number) });
        house.app.ok("CreateGroup", group).await;
    }
    let mut ada = house.administrator("ada").await;
    let groups = format!("/console/pools/{pool}/groups");
    assert!(turn(&mut ada, &groups).await.len() > 2);
}

#[tokio::test]
async fn messages_go_on_over_pages_also_those_of_one_state() {
    let house = House::new().await;
    let pool = house.pool("Crowd").await;
    for number in 0..MANY {
        let user = json!({
            "UserPoolId": pool, "Username": format!("user-{number}"), "DesiredDeliveryMediums": ["EMAIL"],
            "UserAttributes": [{ "Name": "email", "Value": format!("{}@example.com", name(number)) }],
        });
        house.app.ok("AdminCreateUser", user).await;
        house.app.advance(Span::seconds(1));
    }
    let mut ada = house.administrator("ada").await;
    assert_eq!(
        turn(&mut ada, "/console/messages").await,
        [30, 30, 30, 30, 5]
    );
    let queued = "/console/messages?state=queued";
    assert_eq!(turn(&mut ada, queued).await, [30, 30, 30, 30, 5]);
}
