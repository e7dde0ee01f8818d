//! The page of all parts.

use crate::harness::House;

#[tokio::test]
async fn the_emulator_shows_every_part_and_a_server_does_not() {
    let house = House::dev().await;
    let mut anybody = house.browser();
    let page = anybody.get("/_cabana/components").await;
    page.is(200)
        .has("aria-sort=\"descending\"")
        .has("<dl class=\"facts\">")
        .has("101\u{2013}150 of 1,284");
    let house = House::new().await;
    house.browser().get("/_cabana/components").await.is(404);
}
