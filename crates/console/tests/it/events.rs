//! Lists of events of users.

use cabana_domain::event::{Event, EventDetail, EventKind};
use cabana_domain::flow::{Method, Methods};
use cabana_domain::{PoolId, Span, Sub};
use cabana_store::Change;
use serde_json::json;

use crate::harness::House;

/// A user of the pool, by `sub`.
async fn user(house: &House, pool: &str, name: &str) -> Sub {
    let user = json!({ "UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS" });
    let made = house.app.ok("AdminCreateUser", user).await;
    let attributes = made["User"]["Attributes"].as_array().unwrap();
    let sub = attributes.iter().find(|it| it["Name"] == "sub").unwrap();
    Sub::new(sub["Value"].as_str().unwrap())
}

fn event(house: &House, pool: &str, (name, sub): (&str, &Sub), number: i64) -> Event {
    let at = house.app.api.clock.now().after(Span::seconds(number));
    Event {
        id: format!("event {number}"),
        at,
        pool: PoolId::new(pool),
        sub: sub.clone(),
        kind: EventKind::SignIn,
        refused: None,
        detail: EventDetail {
            username: name.to_owned(),
            methods: Methods(vec![Method::Pwd, Method::Otp]),
            source_ip: Some([192, 0, 2, 7].into()),
            user_agent: Some("<script>Browser</script>".to_owned()),
            request: format!("request-{number}."),
            ..EventDetail::default()
        },
    }
}

async fn emit(house: &House, events: impl IntoIterator<Item = Event>) {
    let changes = events.into_iter().map(|it| Change::Emit(Box::new(it)));
    house.app.api.store.apply(changes.collect()).await.unwrap();
}

#[tokio::test]
async fn events_of_a_pool_and_of_a_user_are_listed_in_plain_words_newest_first() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let (tess, ugo) = (
        user(&house, &pool, "tess").await,
        user(&house, &pool, "ugo").await,
    );
    let mut ada = house.administrator("ada").await;
    let refused = event(&house, &pool, ("ugo", &ugo), 2).refused("wrong_password");
    emit(&house, [event(&house, &pool, ("tess", &tess), 1), refused]).await;
    let list = format!("/console/pools/{pool}/events");
    let page = ada.get(&list).await;
    page.is(200)
        .has("<h1>Events</h1>")
        .has("password, authenticator app")
        .has("192.0.2.7")
        .has("&#60;script&#62;Browser")
        .lacks("<script>Browser")
        .has("Refused</span> <span class=\"under\">wrong password</span>");
    let place = |text: &str| page.html.find(text).unwrap();
    assert!(place("request-2.") < place("request-1."), "newest first");
    let of_tess = format!("/console/pools/{pool}/users/tess");
    ada.get(&of_tess).await.has(&format!("{of_tess}/events"));
    ada.get(&format!("{of_tess}/events"))
        .await
        .is(200)
        .has("Events of tess")
        .has("request-1.")
        .lacks("request-2.");
    let mut rita = house.reader("rita").await;
    rita.get(&list).await.is(200).has("request-2.");
    ada.get(&format!("{list}?next=forged")).await.is(400);
    ada.get("/console/pools/cabana_Operators/events")
        .await
        .is(404);
    ada.get(&format!("/console/pools/{pool}/users/nobody/events"))
        .await
        .is(404);
}

#[tokio::test]
async fn the_list_of_events_goes_on_over_pages() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let tess = user(&house, &pool, "tess").await;
    let mut ada = house.administrator("ada").await;
    let events = (1..=40).map(|number| event(&house, &pool, ("tess", &tess), number));
    emit(&house, events).await;
    for list in ["events", "users/tess/events"] {
        let list = format!("/console/pools/{pool}/{list}");
        let first = ada.get(&list).await;
        assert_eq!(first.html.matches("request-").count(), 30);
        let second = ada.get(&first.next()).await;
        second
            .has("request-10.")
            .has("request-1.")
            .lacks("request-11.");
        second.lacks("rel=\"next\"");
    }
}
