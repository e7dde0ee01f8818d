//! Store operations of a sign-in. Pools, clients and providers come from memory.

use cabana_testkit::Work;
use cabana_testkit::saml::SamlRequest;

use super::Hall;
use super::sign_out::{open, signed_in};
use crate::costs::Till;
use crate::shop::code_of;

#[tokio::test]
async fn a_sign_in_asks_the_store_what_it_must() {
    let (work, _guard) = Work::watch();
    let till = Till(work);
    let hall = Hall::open().await;
    // The first one makes the user, which the pool is told.
    for _ in 0..2 {
        code_of(&hall.sign_in_as(|_| ()).await);
    }
    let browser = hall.shop.browser();
    let sent = till
        .takes("the way there", hall.sent(&browser, &[]), 0, 0)
        .await;
    let request = SamlRequest::of(sent.location());
    let right = hall.response(&hall.claims(&request));
    let posted = hall.post(&right, &request.relay_state);
    let posted = till.takes("the answer", posted, 1, 1).await;
    let page = browser.get(posted.location());
    code_of(&till.takes("what follows", page, 4, 1).await);
}

#[tokio::test]
async fn a_sign_out_at_the_provider_asks_the_store_what_it_must() {
    let (work, _guard) = Work::watch();
    let till = Till(work);
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let address = hall.leaving(&hall.logout("_1"));
    let left = browser.get(&address);
    let left = till.takes("the sign-out", left, 6, 1).await;
    assert_eq!(left.status, 302);
    // A stranger's costs no write.
    let junk = address.replace("Signature=", "Signature=A");
    let junk = till.takes("a stranger's", browser.get(&junk), 1, 0).await;
    assert_eq!(junk.status, 400);
}
