//! The functions of all pools, on the start page of the emulator and as JSON.

use cabana_testkit::function;
use serde_json::json;

use crate::shop::Shop;

#[tokio::test]
async fn functions_are_listed_with_their_pools_and_what_answers_for_them() {
    let shop = Shop::with(
        json!({ "LambdaConfig": { "PreAuthentication": function("check"), "PostAuthentication": function("check") } }),
        json!({}),
    )
    .await;
    let listed = shop.browser().get("/_cabana/functions").await.json();
    let uses = |trigger| json!({ "trigger": trigger, "poolId": shop.pool, "poolName": "Shop" });
    let mut expected = json!([{
        "arn": function("check"),
        "uses": [uses("PreAuthentication"), uses("PostAuthentication")],
        "answerer": { "kind": "nothing" },
    }]);
    for one in expected[0]["uses"].as_array_mut().unwrap() {
        one["poolName"] = listed["functions"][0]["uses"][0]["poolName"].clone();
    }
    assert_eq!(listed["functions"], expected);
    let page = shop.browser().get("/").await;
    assert!(
        page.text.contains("--function check=URL"),
        "{}",
        page.plain()
    );

    let without = Shop::open().await;
    let listed = without.browser().get("/_cabana/functions").await.json();
    assert_eq!(listed, json!({ "functions": [] }));
    assert!(
        !without
            .browser()
            .get("/")
            .await
            .text
            .contains("id=\"functions\"")
    );
    assert_eq!(
        shop.production().get("/_cabana/functions").await.status,
        404
    );
}
