//! Lists in another order, over all of their pages; and those that are too long for it.

use cabana_domain::group::Group;
use cabana_domain::{PoolId, Span, Time};
use cabana_store::Change;
use serde_json::json;

use crate::harness::{Browser, House, Page};
use crate::lists::{lines, name};

/// More than one page of any list.
const MANY: usize = 65;

fn ascending() -> Vec<String> {
    (0..MANY).map(name).collect()
}

fn descending() -> Vec<String> {
    (0..MANY).rev().map(name).collect()
}

/// The lines of a list and of the pages after, and the last page.
async fn all(browser: &mut Browser<'_>, url: &str) -> (Vec<String>, Page) {
    let mut page = browser.get(url).await;
    let mut all = lines(page.is(200));
    page.is_light();
    while page.html.contains("rel=\"next\"") {
        page = browser.get(&page.next()).await;
        all.extend(lines(page.is(200)));
        page.is_light();
    }
    (all, page)
}

/// Address behind the heading of a column.
fn heading(page: &Page, column: &str) -> String {
    let (before, _) = page.html.split_once(&format!(">{column}<svg")).unwrap();
    let (_, url) = before.rsplit_once("<a href=\"").unwrap();
    url.trim_end_matches('"').replace("&#38;", "&")
}

#[tokio::test]
async fn groups_are_sorted_over_pages_and_counted() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    for number in 0..MANY {
        let precedence = MANY - number;
        let group =
            json!({ "UserPoolId": pool, "GroupName": name(number), "Precedence": precedence });
        house.app.ok("CreateGroup", group).await;
    }
    let last = json!({ "UserPoolId": pool, "GroupName": "none", "Description": "no precedence" });
    house.app.ok("CreateGroup", last).await;
    let mut ada = house.administrator("ada").await;
    let groups = format!("/console/pools/{pool}/groups");
    let first = ada.get(&groups).await;
    first.has("1–40 of 66").has("aria-sort=\"ascending\"");
    let by_precedence = heading(&first, "Precedence");
    assert_eq!(by_precedence, format!("{groups}?sort=precedence"));
    let (found, end) = all(&mut ada, &by_precedence).await;
    assert_eq!(found, descending());
    // A group without precedence comes last. The links back are in the same order.
    end.has("no precedence")
        .has("41–66 of 66")
        .has(&format!("rel=\"prev\" href=\"{groups}?sort=precedence\""));
    let turned = heading(&end, "Precedence");
    assert_eq!(turned, format!("{groups}?sort=-precedence"));
    assert_eq!(all(&mut ada, &turned).await.0, ascending());
    let (found, _) = all(&mut ada, &heading(&first, "Group name")).await;
    assert_eq!(found, descending());
}

#[tokio::test]
async fn a_list_that_is_not_read_whole_has_no_other_order() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let group = |number: usize| {
        Change::InsertGroup(Group {
            pool: PoolId::new(pool.as_str()),
            name: format!("{number:04}"),
            version: 1,
            description: None,
            role_arn: None,
            precedence: None,
            created: Time::from_seconds(1),
            modified: Time::from_seconds(1),
        })
    };
    let groups = (0..1001).map(group).collect();
    house.app.api.store.apply(groups).await.unwrap();
    let mut ada = house.administrator("ada").await;
    let list = format!("/console/pools/{pool}/groups");
    for query in ["", "?sort=-name"] {
        let page = ada.get(&format!("{list}{query}")).await;
        page.is(200)
            .has(">0000</a>")
            .has("<span>1–40</span>")
            .lacks("?sort=");
    }
    // Users have no other order, however few they are.
    let users = ada.get(&format!("/console/pools/{pool}/users")).await;
    users.is(200).lacks("sort=");
}

#[tokio::test]
async fn pools_are_sorted_and_found_in_order() {
    let house = House::new().await;
    for number in (0..MANY).rev() {
        house.pool(&name(number)).await;
        house.app.advance(Span::seconds(1));
    }
    house.pool("other").await;
    let mut ada = house.administrator("ada").await;
    let first = ada.get("/console/pools").await;
    first.has("1–40 of 66");
    let (found, _) = all(&mut ada, &heading(&first, "User pool name")).await;
    assert_eq!(found, ascending());
    let (found, _) = all(&mut ada, &heading(&first, "Created time")).await;
    assert_eq!(found, ascending());
    let search = ada.get("/console/pools?search=line-0").await;
    search.has("1–40 of 65").has("search=line-0&#38;next=");
    let by_name = heading(&search, "User pool name");
    assert_eq!(by_name, "/console/pools?search=line-0&sort=name");
    let (found, end) = all(&mut ada, &by_name).await;
    assert_eq!(found, ascending());
    end.has("41–65 of 65").lacks("other");
}

#[tokio::test]
async fn app_clients_and_resource_servers_have_an_order_each() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    for number in (0..MANY).rev() {
        let client = json!({ "UserPoolId": pool, "ClientName": name(number) });
        house.app.ok("CreateUserPoolClient", client).await;
        house.app.advance(Span::seconds(1));
    }
    for (identifier, name) in [("a", "Zebra"), ("b", "antelope")] {
        let server = json!({ "UserPoolId": pool, "Identifier": identifier, "Name": name });
        house.app.ok("CreateResourceServer", server).await;
    }
    let mut ada = house.administrator("ada").await;
    let tab = format!("/console/pools/{pool}/integration");
    let at = |page: &Page, name: &str| page.html.find(&format!(">{name}</th>")).unwrap();
    let first = ada.get(&tab).await;
    first.has("1–40 of 65");
    assert!(at(&first, "Zebra") < at(&first, "antelope"));
    let by_client = heading(&first, "App client name");
    assert_eq!(by_client, format!("{tab}?sort=name#clients"));
    let page = ada.get(&by_client).await;
    let by_server = heading(&page, "Name");
    assert_eq!(
        by_server,
        format!("{tab}?sort=name&servers-sort=name#resource-servers")
    );
    let page = ada.get(&by_server).await;
    assert!(at(&page, "Zebra") > at(&page, "antelope"));
    let (found, end) = all(&mut ada, &by_server).await;
    assert_eq!(found, ascending());
    assert!(at(&end, "Zebra") > at(&end, "antelope"));
    end.has("41–65 of 65").has("rel=\"prev\"");
    // Oldest first, and newest first.
    assert_eq!(all(&mut ada, &tab).await.0, descending());
    let newest = heading(&first, "Created");
    assert_eq!(all(&mut ada, &newest).await.0, ascending());
}

#[tokio::test]
async fn members_of_a_group_are_sorted_while_one_page_shows_them_all() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let group = json!({ "UserPoolId": pool, "GroupName": "staff" });
    house.app.ok("CreateGroup", group).await;
    let add = async |number: usize| {
        let user = json!({
            "UserPoolId": pool, "Username": name(number), "MessageAction": "SUPPRESS",
            "UserAttributes": [{ "Name": "email", "Value": format!("{number}@example.com") }],
        });
        house.app.ok("AdminCreateUser", user).await;
        let member = json!({ "UserPoolId": pool, "Username": name(number), "GroupName": "staff" });
        house.app.ok("AdminAddUserToGroup", member).await;
    };
    for number in [2, 0, 1] {
        add(number).await;
    }
    let mut ada = house.administrator("ada").await;
    let group = format!("/console/pools/{pool}/groups/staff");
    let first = ada.get(&group).await;
    first.lacks("aria-sort");
    assert_eq!(lines(&first), [2, 0, 1].map(name));
    let sorted = ada.get(&heading(&first, "User name")).await;
    assert_eq!(lines(&sorted), [0, 1, 2].map(name));
    let sorted = ada.get(&heading(&sorted, "User name")).await;
    assert_eq!(lines(&sorted), [2, 1, 0].map(name));
    // A member is removed from the page as it is shown.
    let remove = format!("{group}/members/remove");
    let page = ada.post(&remove, &[("user", "line-001")]).await;
    assert_eq!(page.url, format!("{group}?sort=-name"));
    for number in 3..MANY {
        add(number).await;
    }
    let page = ada.get(&format!("{group}?sort=name")).await;
    page.is(200).has("rel=\"next\"").lacks("?sort=");
    ada.get(&page.next()).await.is(200).lacks("?sort=");
}

#[tokio::test]
async fn operators_are_sorted_by_role_and_name() {
    let house = House::new().await;
    let mut zoe = house.administrator("zoe").await;
    house.operator("rita", "read-only").await;
    house.operator("bob", "administrators").await;
    let names = ["zoe", "rita", "bob"];
    let order = |page: &Page| {
        let at = |name: &&str| page.html.find(&format!("/operators/{name}\"")).unwrap();
        let mut order = names;
        order.sort_by_key(at);
        order
    };
    let page = zoe.get("/console/operators").await;
    page.is(200).has("1–3 of 3");
    assert_eq!(order(&page), ["zoe", "rita", "bob"]);
    let by_name = zoe.get(&heading(&page, "User name")).await;
    assert_eq!(order(&by_name), ["bob", "rita", "zoe"]);
    let by_role = zoe.get(&heading(&page, "Role")).await;
    assert_eq!(order(&by_role), ["zoe", "bob", "rita"]);
}
