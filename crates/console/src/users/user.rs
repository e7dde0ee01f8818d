//! `/console/pools/{id}/users/{name}`: a user.

use askama::Template;
use axum::extract::Path;
use cabana_api::logic::operators;
use cabana_domain::passkey::Passkey;
use cabana_model::{ListGroupsRequest, op};

use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::{Frame, When};
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::providers;
use crate::users::identities::{self, Identity};
use crate::users::memberships::groups_of;
use crate::users::name::Name;
use crate::users::once::Once;
use crate::users::person::{Person, factor_text};

#[derive(Template)]
#[template(path = "users/user.html")]
struct User {
    frame: Frame,
    form: Form,
    person: Person,
    url: String,
    pool_url: String,
    groups: Vec<Name>,
    /// Groups that the user is not in; `None` if there are too many for a list.
    others: Option<Vec<String>>,
    once: Option<Once>,
    passkeys: Vec<Line>,
    identities: Vec<Identity>,
    /// Names of the pool's identity providers.
    providers: Vec<String>,
}

/// A passkey.
struct Line {
    id: String,
    name: String,
    relying_party: String,
    created: When,
    last_used: Option<When>,
}

impl From<Passkey> for Line {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.credential_id(),
            name: passkey.detail.name,
            relying_party: passkey.detail.relying_party,
            created: When(passkey.created),
            last_used: passkey.last_used.map(When),
        }
    }
}

impl User {
    fn other_groups(&self) -> Group {
        let select = self.form.select("group", "Add to group");
        let others = self.others.iter().flatten();
        others.fold(select, |select, name| select.option(name, name))
    }

    fn provider_choice(&self) -> Group {
        identities::providers(&self.form, &self.providers)
    }

    fn linked_by(&self) -> Group {
        identities::linked_by(&self.form)
    }

    fn has_authenticator(&self) -> bool {
        let mut factors = self.person.factors.iter();
        factors.any(|it| it == "SOFTWARE_TOKEN_MFA")
    }

    fn factor_names(&self) -> String {
        let names: Vec<_> = self
            .person
            .factors
            .iter()
            .map(|it| factor_text(it))
            .collect();
        names.join(", ")
    }

    fn preferred(&self) -> &str {
        self.person
            .preferred_factor
            .as_deref()
            .map_or("None", factor_text)
    }
}

/// Path of a user's page.
pub fn url(pool: &str, name: &Name) -> String {
    format!("/console/pools/{pool}/users/{}", name.segment())
}

/// Frame of a user's page, or of a page below it.
///
/// # Errors
/// If there is no such pool.
pub async fn frame(desk: &Desk, pool: &str, title: &str) -> Result<Frame, Halt> {
    let described = pool_head::describe(desk, pool).await?;
    let pool_url = format!("/console/pools/{pool}");
    Ok(desk
        .frame(title)
        .below("User pools", "/console/pools")
        .below(described.name.unwrap_or_default(), pool_url.as_str())
        .below("Users", format!("{pool_url}/users")))
}

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let groups = groups_of(&desk, &pool, person.name.as_str()).await?;
    let others = match desk.operator.read_only {
        true => None,
        false => other_groups(&desk, &pool, &groups).await?,
    };
    let passkeys = operators::passkeys::list(&desk.cx(), &pool, person.sub()).await?;
    let once = Once::here(&desk);
    let shown = once.is_some();
    let view = User {
        frame: frame(&desk, &pool, person.name.as_str()).await?,
        form: Form::resumed(&desk, || Form::new(&desk)).await?,
        url: url(&pool, &person.name),
        pool_url: format!("/console/pools/{pool}"),
        groups: groups.into_iter().map(Name::new).collect(),
        others,
        once,
        passkeys: passkeys.into_iter().map(Line::from).collect(),
        identities: identities::of(&person),
        providers: providers::names(&desk, &pool).await?,
        person,
    };
    Ok(Once::shown(&desk, shown, desk.page(&view)?))
}

async fn other_groups(
    desk: &Desk,
    pool: &str,
    own: &[String],
) -> Result<Option<Vec<String>>, Halt> {
    let input = ListGroupsRequest {
        user_pool_id: pool.to_owned(),
        ..ListGroupsRequest::default()
    };
    let page = desk.call::<op::ListGroups>(&input).await?;
    let groups = page.groups.into_iter().flatten();
    let names = groups.filter_map(|group| group.group_name);
    let names = names.filter(|name| !own.contains(name)).collect();
    Ok(page.next_token.is_none().then_some(names))
}
