//! What a sign-in through a provider costs: store operations here, calls there.

use cabana_testkit::Work;

use super::House;
use crate::costs::Till;
use crate::shop::code_of;

#[tokio::test]
async fn a_federated_sign_in_asks_the_store_and_the_provider_what_it_must() {
    let (work, _guard) = Work::watch();
    let till = Till(work);
    let house = House::open().await;
    // Fill the caches with the provider and its documents; the group of a first sign-in empties the pool's.
    let warm = house.shop.browser();
    house.sent(&warm, &[]).await;
    house.idp.calls();
    for (what, questions, called) in [
        // The marker, the person, the name, the group; the keys are read for the first time.
        ("a first sign-in", 4, vec!["/token", "/keys", "/me"]),
        // The marker and the user.
        ("a later sign-in", 2, vec!["/token", "/me"]),
    ] {
        let browser = house.shop.browser();
        let sent = till.takes(what, house.sent(&browser, &[]), 0, 0).await;
        let answer = house.answer(&house.idp.signs_in(sent.location()));
        let page = till.takes(what, browser.get(&answer), questions, 1).await;
        code_of(&page);
        let after = house.shop.browser();
        house.sent(&after, &[]).await;
        let calls: Vec<_> = house
            .idp
            .calls()
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        assert_eq!(calls, called, "{what}");
    }
}
