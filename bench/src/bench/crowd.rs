//! Data for the console's lists, in the quantities of an old server: written by the store's own changes.

use cabana_domain::activity::ActivityKind;
use cabana_domain::audit::AuditEntry;
use cabana_domain::group::Group;
use cabana_domain::message::{DeliveryState, Message, MessageContent, Purpose};
use cabana_domain::{PoolId, Span, Time};
use cabana_model::DeliveryMediumType;
use cabana_store::{Change, SharedStore};

use super::fill;
use super::people;
use crate::common::{Outcome, random};

/// The group that most users are in.
pub const BIG_GROUP: &str = "everybody";
const MEMBERS: u32 = 10_000;
const GROUPS: u32 = 200;
const ENTRIES: u32 = 5_000;
const MESSAGES: u32 = 5_000;
const DAYS: i64 = 30;
const SECONDS_OF_A_DAY: i64 = 86_400;
/// Changes per list.
const LIST: usize = 1_000;

/// Fills a pool that has this many users.
///
/// # Errors
/// If the store refuses.
pub async fn fill(store: &SharedStore, pool: &PoolId, users: u32) -> Outcome<()> {
    let now = fill::time()?;
    let mut changes: Vec<Change> = groups(pool, now).collect();
    for number in 0..MEMBERS.min(users) {
        let user = store.user_by_name(pool, &people::username(number)).await?;
        changes.push(Change::AddMember {
            pool: pool.clone(),
            group: BIG_GROUP.to_owned(),
            sub: user.ok_or("a user is gone")?.sub,
            at: now,
        });
    }
    for number in 0..ENTRIES {
        let entry = entry(pool, number, now)?;
        changes.push(Change::RecordAudit(Box::new(entry)));
    }
    for number in 0..MESSAGES {
        let message = message(pool, number, now)?;
        changes.push(Change::Send(Box::new(message)));
    }
    changes.extend(activity(pool, now));
    while !changes.is_empty() {
        let rest = changes.split_off(LIST.min(changes.len()));
        store.apply(std::mem::replace(&mut changes, rest)).await?;
    }
    Ok(())
}

fn groups(pool: &PoolId, now: Time) -> impl Iterator<Item = Change> {
    let named = (0..GROUPS).map(|number| format!("group {number:03}"));
    let names = named.chain([BIG_GROUP.to_owned()]);
    names.map(move |name| {
        Change::InsertGroup(Group {
            pool: pool.clone(),
            name,
            version: 0,
            description: Some("Made by the bench".to_owned()),
            role_arn: None,
            precedence: None,
            created: now,
            modified: now,
        })
    })
}

fn id() -> Outcome<String> {
    let id = uuid::Builder::from_random_bytes(random()?).into_uuid();
    Ok(id.to_string())
}

/// A time some minutes ago, different for each number.
fn ago(now: Time, number: u32) -> Time {
    now.before(Span::minutes(i64::from(number)))
}

fn entry(pool: &PoolId, number: u32, now: Time) -> Outcome<AuditEntry> {
    Ok(AuditEntry {
        id: id()?,
        at: ago(now, number),
        operator: "bench".to_owned(),
        source_ip: Some([192, 0, 2, 7].into()),
        action: "AdminDisableUser".to_owned(),
        pool: Some(pool.clone()),
        target: Some(people::username(number)),
        detail: Some(format!(r#"{{"UserPoolId":"{pool}","Username":"***"}}"#)),
    })
}

fn message(pool: &PoolId, number: u32, now: Time) -> Outcome<Message> {
    Ok(Message {
        id: id()?,
        pool: pool.clone(),
        medium: DeliveryMediumType::Email,
        to: people::email(number),
        from: None,
        reply_to: None,
        content: Some(MessageContent {
            subject: "Your code".to_owned(),
            body: "The code is 123456.".to_owned(),
            code: Some("123456".to_owned()),
            link: None,
            purpose: Purpose::SignIn,
        }),
        state: DeliveryState::Inbox,
        attempts: 1,
        due: now,
        error: None,
        created: ago(now, number),
    })
}

fn activity(pool: &PoolId, now: Time) -> impl Iterator<Item = Change> {
    let today = now.seconds() / SECONDS_OF_A_DAY;
    let days = (today - DAYS)..=today;
    days.flat_map(|day| [(day, ActivityKind::SignUp), (day, ActivityKind::SignIn)])
        .map(|(day, kind)| Change::AddActivity {
            pool: pool.clone(),
            day,
            kind,
            by: 1_000,
        })
}
