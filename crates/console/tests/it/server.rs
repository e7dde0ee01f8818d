//! Inbox, messages, audit log, access keys, the server.

use cabana_domain::message::{DeliveryState, Message};
use cabana_store::Change;
use serde_json::{Value, json};

use crate::harness::House;

/// Does the outbox worker's part on a server that keeps messages.
async fn deliver(house: &House) -> Message {
    let mut message = house.app.mailbox().await.pop().unwrap();
    message.state = DeliveryState::Inbox;
    let change = Change::UpdateMessage {
        attempts: message.attempts,
        message: Box::new(message.clone()),
    };
    house.app.api.store.apply(vec![change]).await.unwrap();
    message
}

#[tokio::test]
async fn what_was_done_is_written_down() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut ada = house.administrator("ada").await;
    let new = format!("/console/pools/{pool}/groups/new");
    ada.get(&new).await;
    ada.post(&new, &[("name", "staff"), ("description", "Those <b>")])
        .await
        .is(200);
    let page = ada.get("/console/audit").await;
    page.is(200)
        .has("CreateGroup")
        .has("staff")
        .has("Those &#60;b&#62;")
        .lacks("<b>");
    ada.get(&format!("/console/audit?pool={pool}"))
        .await
        .has("CreateGroup");
    ada.get("/console/audit?pool=cabana_Operators")
        .await
        .is(200)
        .lacks("CreateGroup");
    ada.get("/console/audit?next=forged").await.is(400);
}

#[tokio::test]
async fn the_audit_log_goes_on_over_pages() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    ada.get("/console/access-keys/new").await;
    for number in 0..31 {
        let name = format!("key {number}");
        ada.post("/console/access-keys/new", &[("name", &name)])
            .await
            .is(200);
        ada.get("/console/access-keys/new").await;
    }
    let first = ada.get("/console/audit").await;
    assert_eq!(first.html.matches("CreateAccessKey").count(), 30);
    let second = ada.get(&first.next()).await;
    assert_eq!(second.html.matches("CreateAccessKey").count(), 1);
    second
        .lacks("rel=\"next\"")
        .has("rel=\"prev\" href=\"/console/audit\"");
}

#[tokio::test]
async fn a_key_is_made_shown_once_and_taken_away() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let new = "/console/access-keys/new";
    ada.get(new).await.is(200);
    ada.post(new, &[("name", " ")])
        .await
        .is(200)
        .has("Enter a name.");
    let page = ada.post(new, &[("name", "terraform")]).await;
    page.is(200)
        .has("shown once")
        .has("aws_secret_access_key = ")
        .has("terraform");
    let id = page
        .between(
            "<dt>Access key ID</dt><dd><span class=\"copy\" data-copy=\"",
            "\"",
        )
        .to_owned();
    let secret = page.between("aws_secret_access_key = ", "\n").to_owned();
    assert!(secret.len() >= 40, "{secret}");
    ada.get("/console/access-keys")
        .await
        .has(&id)
        .lacks("shown once")
        .lacks(&secret);
    let key = format!("/console/access-keys/{id}");
    ada.post(&format!("{key}/disable"), &[])
        .await
        .is(200)
        .has("tag bad");
    ada.post(&format!("{key}/enable"), &[])
        .await
        .is(200)
        .lacks("tag bad");
    let mut rita = house.reader("rita").await;
    rita.get("/console/access-keys")
        .await
        .is(200)
        .has(&id)
        .lacks("Create access key");
    rita.get(new).await.is(403);
    rita.post(new, &[("name", "mine")]).await.is(403);
    for action in ["disable", "enable", "delete"] {
        rita.post(&format!("{key}/{action}"), &[]).await.is(403);
    }
    ada.post(&format!("{key}/delete"), &[])
        .await
        .is(200)
        .lacks(&id);
    let page = ada.get("/console/audit").await;
    page.has("CreateAccessKey")
        .has("DeleteAccessKey")
        .lacks(&secret);
}

#[tokio::test]
async fn codes_in_the_inbox_are_for_administrators() {
    let house = House::dev().await;
    let pool = json!({ "PoolName": "People", "AutoVerifiedAttributes": ["email"] });
    let pool: Value = house.app.ok("CreateUserPool", pool).await;
    let client = json!({ "UserPoolId": pool["UserPool"]["Id"], "ClientName": "a" });
    let client = house.app.ok("CreateUserPoolClient", client).await;
    let sign_up = json!({
        "ClientId": client["UserPoolClient"]["ClientId"], "Username": "tess", "Password": "Corr3ct-Horse!",
        "UserAttributes": [{ "Name": "email", "Value": "tess@example.com" }],
    });
    house.app.ok("SignUp", sign_up).await;
    let message = deliver(&house).await;
    let code = message.content.as_ref().unwrap().code.clone().unwrap();
    let one = format!("/console/inbox/{}", message.id);

    let mut ada = house.administrator("ada").await;
    ada.get("/console/inbox")
        .await
        .is(200)
        .has("tess@example.com")
        .has(&code)
        .has(&one);
    ada.get(&one).await.is(200).has(&code);
    ada.get("/console/messages")
        .await
        .is(200)
        .has("tess@example.com")
        .has("In the inbox")
        .lacks(&code);
    ada.get("/console/messages?state=failed")
        .await
        .is(200)
        .lacks("tess@example.com");

    let mut rita = house.reader("rita").await;
    rita.get("/console/inbox")
        .await
        .is(200)
        .has("tess@example.com")
        .lacks(&code)
        .lacks("Empty inbox");
    rita.get(&one).await.is(403).lacks(&code);
    rita.get("/console/messages").await.is(200).lacks(&code);
    rita.post("/console/inbox/empty", &[]).await.is(403);

    ada.get("/console/inbox").await;
    ada.post("/console/inbox/empty", &[])
        .await
        .is(200)
        .has("No messages");
    ada.get(&one).await.is(404);
    ada.get("/console/audit").await.has("EmptyInbox");
}

#[tokio::test]
async fn without_an_inbox_there_is_no_page_of_it() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    ada.get("/console/pools").await.lacks("/console/inbox");
    ada.get("/console/inbox").await.is(404);
}

#[tokio::test]
async fn the_server_says_how_it_is_and_sends_a_test_mail() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    ada.get("/console/server")
        .await
        .is(200)
        .has("Reachable")
        .has("of 153 are built");
    let send = "/console/server/test-mail";
    ada.post(send, &[("to", "nowhere")])
        .await
        .is(200)
        .has("id=\"f-to-error\"")
        .has("value=\"nowhere\"");
    ada.post(send, &[("to", "ada@example.com")])
        .await
        .is(200)
        .has("ada@example.com")
        .has("Queued")
        .has("This server");
    ada.get("/console/audit")
        .await
        .has("SendTestMail")
        .has("ada@example.com");
    let mut rita = house.reader("rita").await;
    rita.get("/console/server")
        .await
        .is(200)
        .lacks("Send a test mail");
    rita.post(send, &[("to", "rita@example.com")]).await.is(403);
}
