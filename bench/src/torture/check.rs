//! Compares the history with the server's answers.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Value, json};
use tokio::task::spawn_local;

use super::acts::{self, elements, member, merge};
use super::history::{Act, Facts, Person};
use super::place::{GROUP, Place};
use super::report::Report;
use crate::common::Outcome;
use crate::common::api::text;
use crate::common::http::Connection;

/// Connections of concurrent checks.
const BUSY: usize = 12;
const STATUSES: [&str; 3] = ["UNCONFIRMED", "FORCE_CHANGE_PASSWORD", "CONFIRMED"];

/// Checks all these people, and reports what is lost, half done or otherwise wrong. What is found counts as known from
/// now on: it must stay.
///
/// # Errors
/// If the server gives an unexpected answer.
pub async fn people(
    place: &Rc<Place>,
    people: Vec<Person>,
    report: &mut Report,
) -> Outcome<Vec<Person>> {
    let mut shares: Vec<Vec<Person>> = (0..BUSY).map(|_| Vec::new()).collect();
    for (number, person) in people.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(number % BUSY) {
            share.push(person);
        }
    }
    let lookers: Vec<_> = shares
        .into_iter()
        .enumerate()
        .map(|(number, share)| spawn_local(look_at(place.clone(), number, share)))
        .collect();
    let mut looked_at = Vec::new();
    for looker in lookers {
        let (share, failures) = looker.await??;
        report.checked += share.len() as u64;
        failures.into_iter().for_each(|it| report.fail(it));
        looked_at.extend(share);
    }
    Ok(looked_at)
}

async fn look_at(
    place: Rc<Place>,
    number: usize,
    mut share: Vec<Person>,
) -> Outcome<(Vec<Person>, Vec<String>)> {
    let connection = &mut place.connect(number).await?;
    let mut failures = Vec::new();
    for person in &mut share {
        let allowed = person.allowed();
        let name = person.name.clone();
        match observe(&place, connection, person).await? {
            Err(half) => failures.push(format!("{name}: {half}; history: {allowed:?}")),
            Ok(found) => {
                if !allowed.contains(&found) {
                    failures.push(format!("{name}: found {found:?}, allowed {allowed:?}"));
                }
                if found != person.facts {
                    // It happened although nothing was acknowledged.
                    person.facts = found;
                    person.pending = None;
                }
            }
        }
    }
    Ok((share, failures))
}

/// Facts about a person on the server; or the part that is only half there.
async fn observe(
    place: &Place,
    connection: &mut Connection,
    person: &mut Person,
) -> Outcome<Result<Option<Facts>, String>> {
    let Some(user) = find(place, connection, &person.name).await? else {
        return absent(place, connection, person).await;
    };
    let revision = match revision(person, &user) {
        Ok(revision) => revision,
        Err(half) => return Ok(Err(half)),
    };
    let status = text(&user, "/UserStatus")?;
    let status = STATUSES.into_iter().find(|it| *it == status);
    let mut facts = Facts {
        status: status.ok_or("an unknown status")?,
        enabled: member(&user, "Enabled") == true,
        revision,
        has_alias: find(place, connection, &person.email(revision)).await? == Some(user.clone()),
        password: 0,
        is_member: is_member(place, connection, person).await?,
        has_mfa: *member(&user, "UserMFASettingList") == json!(["EMAIL_OTP"]),
        session: None,
    };
    for other in [revision.checked_sub(1), Some(revision + 1)] {
        if let Some(other) = other
            && find(place, connection, &person.email(other))
                .await?
                .is_some()
        {
            return Ok(Err(format!(
                "revision {revision}, found by the address of {other}"
            )));
        }
    }
    (facts.password, facts.session) = if facts.enabled && facts.status == "CONFIRMED" {
        let password = found_password(place, connection, person).await?;
        (password, session(place, connection, person).await?)
    } else {
        // None of their data is visible.
        let known = person.facts.as_ref();
        known.map_or((0, None), |known| (known.password, known.session))
    };
    if facts.enabled && !keeps_rotating(place, connection, person).await? {
        return Ok(Err(
            "the refresh token that was rotated last does not work".to_owned()
        ));
    }
    Ok(Ok(Some(facts)))
}

/// Checks that no user of that name exists: then the address is unused too, and both are free.
async fn absent(
    place: &Place,
    connection: &mut Connection,
    person: &mut Person,
) -> Outcome<Result<Option<Facts>, String>> {
    for revision in 0..4 {
        if find(place, connection, &person.email(revision))
            .await?
            .is_some()
        {
            return Ok(Err(format!("gone, but found by the address of {revision}")));
        }
    }
    for act in [Act::Create, Act::Delete] {
        let reply = connection.send(&acts::request(place, person, act)?).await?;
        if reply.status != 200 {
            return Ok(Err(format!(
                "gone, but {act:?} is refused: {}",
                reply.text()
            )));
        }
    }
    Ok(Ok(None))
}

/// Finds the user with a name or an alias.
///
/// # Errors
/// If the server gives an unexpected answer.
pub async fn find(
    place: &Place,
    connection: &mut Connection,
    name: &str,
) -> Outcome<Option<Value>> {
    let body = json!({ "UserPoolId": place.pool, "Username": name }).to_string();
    let request = place.requests.signed("AdminGetUser", &body)?;
    let reply = connection.send(&request).await?;
    match reply.status {
        200 => Ok(Some(serde_json::from_slice(reply.body)?)),
        400 if reply.text().contains("UserNotFoundException") => Ok(None),
        status => Err(format!("AdminGetUser: {status} {}", reply.text()).into()),
    }
}

/// The revision that name, given name and address agree on.
fn revision(person: &Person, user: &Value) -> Result<u32, String> {
    let attribute = |name: &str| {
        let mut found = elements(user, "UserAttributes").filter(|it| member(it, "Name") == name);
        found
            .next()
            .and_then(|it| member(it, "Value").as_str())
            .unwrap_or_default()
    };
    let (email, name, given) = (
        attribute("email"),
        attribute("name"),
        attribute("given_name"),
    );
    let number = given.strip_prefix("given ").and_then(|it| it.parse().ok());
    match number {
        Some(number)
            if email == person.email(number) && name == format!("{} {number}", person.name) =>
        {
            Ok(number)
        }
        _ => Err(format!(
            "attributes of different writes: {email}, {name}, {given}"
        )),
    }
}

async fn is_member(place: &Place, connection: &mut Connection, person: &Person) -> Outcome<bool> {
    let body = json!({ "UserPoolId": place.pool, "Username": person.name });
    let requests = &place.requests;
    let answer = requests
        .ok(connection, "AdminListGroupsForUser", body)
        .await?;
    Ok(elements(&answer, "Groups").any(|group| member(group, "GroupName") == GROUP))
}

/// The number of the password that signs the person in.
async fn found_password(
    place: &Place,
    connection: &mut Connection,
    person: &Person,
) -> Outcome<u32> {
    let expected = person.facts.as_ref().map_or(0, |facts| facts.password);
    for number in [expected, expected + 1] {
        let request = acts::sign_in(place, &place.client, person, number)?;
        let reply = connection.send(&request).await?;
        match reply.status {
            200 => return Ok(number),
            400 if reply.text().contains("NotAuthorizedException") => {}
            status => return Err(format!("InitiateAuth: {status} {}", reply.text()).into()),
        }
    }
    Ok(u32::MAX)
}

/// Whether the refresh token of the last sign-in still works.
async fn session(
    place: &Place,
    connection: &mut Connection,
    person: &Person,
) -> Outcome<Option<bool>> {
    let Some(token) = &person.token else {
        return Ok(None);
    };
    let body = json!({
        "ClientId": place.client, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": token },
    });
    let request = place.requests.public("InitiateAuth", &body.to_string());
    let reply = connection.send(&request).await?;
    match reply.status {
        200 => Ok(Some(true)),
        400 if reply.text().contains("NotAuthorizedException") => Ok(Some(false)),
        status => Err(format!("REFRESH_TOKEN_AUTH: {status} {}", reply.text()).into()),
    }
}

/// Whether the rotating token still works; this exchanges it. A token whose last exchange was never answered may be
/// spent.
async fn keeps_rotating(
    place: &Place,
    connection: &mut Connection,
    person: &mut Person,
) -> Outcome<bool> {
    if !person.rotation_is_known || person.rotating.is_none() {
        return Ok(true);
    }
    let request = acts::request(place, person, Act::Rotate)?;
    let reply = connection.send(&request).await?;
    if reply.status != 200 {
        return Ok(false);
    }
    let answer: Value = serde_json::from_slice(reply.body)?;
    person.rotating = Some(text(&answer, "/AuthenticationResult/RefreshToken")?);
    Ok(true)
}

/// Checks that the pool has exactly these people: none is missing from the list, and there are no others.
///
/// # Errors
/// If the server gives an unexpected answer.
pub async fn list(place: &Place, people: &[Person], report: &mut Report) -> Outcome<()> {
    let connection = &mut place.connect(0).await?;
    let (mut listed, mut next) = (HashSet::new(), Value::Null);
    loop {
        let mut body = json!({ "UserPoolId": place.pool, "Limit": 60 });
        if next.is_string() {
            merge(&mut body, json!({ "PaginationToken": next }));
        }
        let answer = place.requests.ok(connection, "ListUsers", body).await?;
        for user in elements(&answer, "Users") {
            listed.insert(text(user, "/Username")?);
        }
        next = member(&answer, "PaginationToken").clone();
        if next.is_null() {
            break;
        }
    }
    for person in people {
        let is_listed = listed.remove(&person.name);
        report.demand(is_listed == person.facts.is_some(), || {
            format!("{}: listed: {is_listed}", person.name)
        });
    }
    report.demand(listed.is_empty(), || {
        format!("{} users that were never created", listed.len())
    });
    Ok(())
}

/// Checks that exactly the people who signed up have a message, and one each: the user and the mail are one write.
pub fn mails(people: &[Person], mut mails: HashMap<String, u32>, report: &mut Report) {
    for person in people.iter().filter(|it| it.signs_up()) {
        let found = mails.remove(&person.email(0)).unwrap_or_default();
        let expected = u32::from(person.facts.is_some());
        report.demand(found == expected, || {
            format!("{}: {found} mails instead of {expected}", person.name)
        });
    }
    report.demand(mails.is_empty(), || {
        format!("{} mails to people who do not exist", mails.len())
    });
}

/// Checks that these checks work: one user is deleted, and one changed by half, without a record in the history.
///
/// # Errors
/// If the server gives an unexpected answer.
pub async fn notices(place: &Rc<Place>, report: &mut Report) -> Outcome<()> {
    let half = json!({ "UserAttributes": [{ "Name": "given_name", "Value": "given 9" }] });
    let tampered = [
        ("AdminDeleteUser", json!({})),
        ("AdminUpdateUserAttributes", half),
    ];
    let connection = &mut place.connect(0).await?;
    for (operation, mut body) in tampered {
        let name = format!("victim-of-{operation}");
        let victims = people(place, vec![victim(place, name).await?], report).await?;
        let name = victims.first().map(|it| it.name.as_str());
        merge(
            &mut body,
            json!({ "UserPoolId": place.pool, "Username": name }),
        );
        place.requests.ok(connection, operation, body).await?;
        let mut scratch = Report::new(String::new());
        people(place, victims, &mut scratch).await?;
        report.demand(!scratch.is_clean(), || {
            format!("the checks do not notice {operation}")
        });
    }
    Ok(())
}

/// A new person with a history.
async fn victim(place: &Place, name: String) -> Outcome<Person> {
    let connection = &mut place.connect(0).await?;
    let mut person = Person::new(name, 0);
    for act in [Act::Create, Act::Password(1), Act::Revise(1), Act::Join] {
        let request = acts::request(place, &person, act)?;
        let reply = connection.send(&request).await?;
        if reply.status != 200 {
            return Err(format!("{act:?}: {} {}", reply.status, reply.text()).into());
        }
        acts::acknowledge(&mut person, act, reply.body)?;
    }
    Ok(person)
}
