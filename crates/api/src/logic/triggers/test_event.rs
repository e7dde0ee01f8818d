//! A test event for a function, sent by an operator: the event of a user who does not exist. Nothing comes of the
//! answer, and the functions are told by `clientMetadata`.

use std::collections::BTreeMap;

use cabana_domain::client::Client;
use cabana_domain::flow::CustomAuth;
use cabana_domain::pool::Pool;
use cabana_domain::template::{MessageKind, Values};
use cabana_domain::trigger::token_generation::Groups;
use cabana_domain::trigger::{Occasion, Trigger};
use cabana_domain::user::User;
use cabana_domain::{ClientId, Sub, Time};
use cabana_model::{UserPoolClientType, UserStatusType, VerifiedAttributeType};
use cabana_store::Change;
use serde_json::{Map, json};

use super::pre_token_generation::Wanted;
use super::{
    auth_challenge, custom_message, custom_sender, inbound_federation, post_authentication,
    post_confirmation, pre_authentication, pre_sign_up, pre_token_generation, user_migration,
};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::messages::{Address, Letter, Wording};
use crate::logic::sign_in::Attempt;
use crate::logic::tokens::SELF_SERVICE;
use crate::logic::users::attributes::Author;

const NAME: &str = "test-event";
const SUB: &str = "00000000-0000-4000-8000-000000000000";

/// Sends an event to the pool's function for this trigger. A function that sends messages gets it from the queue.
///
/// # Errors
/// As for every function; AccessDeniedException for a read-only operator.
pub async fn send(cx: Cx<'_>, pool: &Pool, trigger: Trigger) -> Result<(), Fault> {
    cx.demand_write()?;
    let metadata = Map::from_iter([("test".to_owned(), json!("true"))]);
    let cx = &cx.with_client_metadata(Some(&metadata));
    let (id, target) = (Some(pool.id.clone()), Some(trigger.name().to_owned()));
    let entry = cx.audit_entry("SendTestEvent", id, target, None);
    cx.commit([Change::RecordAudit(Box::new(entry))]).await?;
    let (user, client) = (nobody(pool), app(pool));
    match trigger {
        Trigger::PreSignUp => pre_sign_up::run(cx, pool, Author::Administrator, &user, None)
            .await
            .map(drop),
        Trigger::PostConfirmation => {
            post_confirmation::run(cx, pool, &user, Occasion::ConfirmSignUp).await
        }
        Trigger::PreAuthentication => {
            pre_authentication::run(cx, &client, pool, NAME, Some(&user)).await
        }
        Trigger::PostAuthentication => post_authentication::run(cx, pool, &user, false).await,
        Trigger::PreTokenGeneration => {
            let wanted = Wanted {
                pool,
                client: &client,
                user: Some((&user, &Groups::default())),
                scopes: &[SELF_SERVICE.to_owned()],
                occasion: Occasion::Authentication,
            };
            pre_token_generation::run(cx, wanted).await.map(drop)
        }
        Trigger::UserMigration => user_migration::test(cx, pool, NAME).await,
        Trigger::InboundFederation => inbound_federation::test(cx, pool, NAME).await,
        Trigger::DefineAuthChallenge
        | Trigger::CreateAuthChallenge
        | Trigger::VerifyAuthChallengeResponse => challenge(cx, pool, &client, user, trigger).await,
        Trigger::CustomMessage => {
            message(cx, pool, &user, VerifiedAttributeType::Email, trigger).await
        }
        Trigger::CustomEmailSender => {
            message(cx, pool, &user, VerifiedAttributeType::Email, trigger).await
        }
        Trigger::CustomSmsSender => {
            message(cx, pool, &user, VerifiedAttributeType::PhoneNumber, trigger).await
        }
    }
}

async fn challenge(
    cx: &Cx<'_>,
    pool: &Pool,
    client: &Client,
    user: User,
    trigger: Trigger,
) -> Result<(), Fault> {
    let attempt = Attempt::begin(cx, client, pool, user)?;
    let custom = CustomAuth::default();
    match trigger {
        Trigger::DefineAuthChallenge => auth_challenge::define(cx, &attempt, &custom)
            .await
            .map(drop),
        Trigger::CreateAuthChallenge => auth_challenge::create(cx, &attempt, &custom)
            .await
            .map(drop),
        _ => auth_challenge::verify(cx, &attempt, &custom, "123456")
            .await
            .map(drop),
    }
}

async fn message(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    attribute: VerifiedAttributeType,
    trigger: Trigger,
) -> Result<(), Fault> {
    let Some(to) = Address::of(user, attribute) else {
        return Ok(());
    };
    let letter = Letter {
        user,
        occasion: Occasion::SignUp,
        kind: match attribute {
            VerifiedAttributeType::Email => MessageKind::EmailVerification,
            VerifiedAttributeType::PhoneNumber => MessageKind::SmsVerification,
        },
        to: &to,
        values: Values {
            code: Some("123456"),
            ..Values::default()
        },
        wording: Wording::AtOnce,
    };
    if trigger == Trigger::CustomMessage {
        return custom_message::texts(cx, pool, letter).await.map(drop);
    }
    let queued = custom_sender::queue(cx, pool, letter)?;
    cx.commit(queued).await
}

/// The user of test events.
fn nobody(pool: &Pool) -> User {
    let attributes = [
        ("email", "test-event@example.com"),
        ("email_verified", "true"),
        ("phone_number", "+15555550100"),
        ("phone_number_verified", "true"),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (sub, status) = (Sub::new(SUB), UserStatusType::Confirmed);
    let mut user = User::new(
        pool.id.clone(),
        sub,
        NAME.to_owned(),
        status,
        Time::default(),
    );
    user.attributes = BTreeMap::from(attributes);
    user
}

/// The app client of test events.
fn app(pool: &Pool) -> Client {
    Client {
        id: ClientId::new(NAME),
        pool: pool.id.clone(),
        version: 0,
        settings: UserPoolClientType::default(),
        secrets: Vec::new(),
        sso_minutes: None,
        created: Time::default(),
        modified: Time::default(),
    }
}
