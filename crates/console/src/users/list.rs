//! `/console/pools/{id}/users`: the users of a pool, one page of ListUsers at a time.

use askama::Template;
use axum::extract::Path;
use cabana_domain::filter::{MatchOp, SearchField, UserFilter};
use cabana_model::{ErrorKind, ListUsersRequest, op};

use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::Frame;
use crate::pager::{List, PAGE, Pager};
use crate::pool_head::PoolHead;
use crate::users::person::Person;

/// Fields to search by, most likely first.
const PROPERTIES: [(SearchField, &str); 10] = [
    (SearchField::Username, "User name"),
    (SearchField::Email, "Email address"),
    (SearchField::PhoneNumber, "Phone number"),
    (SearchField::Name, "Name"),
    (SearchField::GivenName, "Given name"),
    (SearchField::FamilyName, "Family name"),
    (SearchField::PreferredUsername, "Preferred user name"),
    (SearchField::Sub, "User ID (sub)"),
    (SearchField::UserStatus, "Confirmation status"),
    (SearchField::Status, "Status"),
];

#[derive(Template)]
#[template(path = "users/list.html")]
struct Users {
    frame: Frame,
    head: PoolHead,
    form: Form,
    people: Vec<Person>,
    searched: bool,
    /// The reason that the search was refused.
    wrong: Option<String>,
    pager: Pager,
}

impl Users {
    fn property(&self) -> Group {
        let select = self.form.select("property", "Search by");
        PROPERTIES.iter().fold(select, |select, (field, label)| {
            select.option(field.name(), label)
        })
    }
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let form = Form::new(&desk).filled(&desk.query);
    let filter = filter(&form);
    let searched = filter.is_some();
    let input = ListUsersRequest {
        user_pool_id: id,
        limit: Some(PAGE.into()),
        filter,
        pagination_token: desk.query.get("next").map(str::to_owned),
        ..ListUsersRequest::default()
    };
    let (listed, wrong) = match desk.call::<op::ListUsers>(&input).await {
        Ok(listed) => (listed, None),
        Err(fault) if fault.kind == ErrorKind::InvalidParameterException => {
            (Default::default(), Some(fault.message.to_string()))
        }
        Err(fault) => return Err(fault.into()),
    };
    let people: Vec<_> = listed.users.into_iter().flatten().collect();
    let kept = match searched {
        true => vec![
            ("property", form.get("property")),
            ("text", form.get("text")),
        ],
        false => Vec::new(),
    };
    let list = List {
        path: &head.url("/users"),
        kept: &kept,
        limit: PAGE,
        total: u64::try_from(head.pool.estimated_number_of_users.unwrap_or_default())
            .ok()
            .filter(|_| !searched),
    };
    let token = listed.pagination_token.as_deref();
    let view = Users {
        frame: head.frame(&desk, "Users"),
        pager: list.pager(&desk.query, people.len(), token),
        head,
        people: people.into_iter().map(Person::from).collect(),
        form,
        searched,
        wrong,
    };
    desk.page(&view)
}

/// Filter of ListUsers for the values entered; `None` if there are none.
fn filter(form: &Form) -> Option<String> {
    let value = form.given("text")?;
    let wanted = form.get("property");
    let (field, _) = PROPERTIES
        .into_iter()
        .find(|(field, _)| field.name() == wanted)
        .unwrap_or((SearchField::Username, ""));
    let filter = UserFilter {
        value: match field {
            SearchField::Status => capitalized(&value),
            SearchField::UserStatus => value.to_uppercase().replace(' ', "_"),
            _ => value,
        },
        field,
        op: MatchOp::Prefix,
    };
    Some(filter.to_string())
}

/// Capitalizes a status as ListUsers compares it: `Enabled`.
fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first
        .chain(characters.flat_map(char::to_lowercase))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_entered_becomes_a_condition() {
        let entered = |property: &str, text: &str| {
            filter(
                &Form::default()
                    .with("property", property)
                    .with("text", text),
            )
        };
        let of = |text: &str| Some(text.to_owned());
        assert_eq!(entered("email", "  "), None);
        assert_eq!(entered("email", " ann "), of(r#"email ^= "ann""#));
        assert_eq!(
            entered("name", r#"say "hi"\"#),
            of(r#"name ^= "say \"hi\"\\""#)
        );
        assert_eq!(entered("status", "disABLED"), of(r#"status ^= "Disabled""#));
        assert_eq!(
            entered("cognito:user_status", "force change"),
            of(r#"cognito:user_status ^= "FORCE_CHANGE""#)
        );
        assert_eq!(entered("password", "x"), of(r#"username ^= "x""#));
    }
}
