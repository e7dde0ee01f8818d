//! `/console/pools/{id}/delete`: deletes a pool once its name was typed and its protection and domains were given up.

use askama::Template;
use axum::extract::Path;
use cabana_api::Fault;
use cabana_model::{
    DeleteUserPoolDomainRequest, DeleteUserPoolRequest, DeletionProtectionType, UserPoolType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, grouped};
use crate::pool_head::describe;
use crate::settings::sheet::may_change;
use crate::settings::update::update_pool;

#[derive(Template)]
#[template(path = "pools/delete.html")]
struct Delete {
    frame: Frame,
    form: Form,
    id: String,
    name: String,
    users: String,
    protected: bool,
    domains: Vec<String>,
}

impl Delete {
    fn new(desk: &Desk, id: &str, pool: &UserPoolType, form: Form) -> Self {
        let name = pool.name.clone().unwrap_or_default();
        let users = u64::try_from(pool.estimated_number_of_users.unwrap_or_default());
        Self {
            frame: desk
                .frame("Delete user pool")
                .below("User pools", "/console/pools")
                .below(name.as_str(), format!("/console/pools/{id}")),
            form,
            id: id.to_owned(),
            name,
            users: grouped(users.unwrap_or_default()),
            protected: is_protected(pool),
            domains: domains(pool),
        }
    }

    fn domain_label(&self) -> String {
        format!("Delete the domain {}", self.domains.join(" and "))
    }

    fn name_label(&self) -> String {
        format!("To confirm, enter the name of the user pool: {}", self.name)
    }
}

fn is_protected(pool: &UserPoolType) -> bool {
    pool.deletion_protection == Some(DeletionProtectionType::Active)
}

fn domains(pool: &UserPoolType) -> Vec<String> {
    let both = [&pool.domain, &pool.custom_domain];
    both.into_iter().flatten().cloned().collect()
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = describe(&desk, &id).await?;
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    desk.page(&Delete::new(&desk, &id, &pool, form))
}

pub async fn delete(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = describe(&desk, &id).await?;
    let name = pool.name.clone().unwrap_or_default();
    let mut form = Form::sent(&desk);
    check(&mut form, &name, &pool);
    if !form.is_fine() {
        return desk.refused(&form).await;
    }
    if let Err(fault) = take_apart(&desk, &id, &pool).await {
        if fault.is_internal() {
            return Err(fault.into());
        }
        form.add_form_problem(fault.message.to_string());
        return desk.refused(&form).await;
    }
    desk.done(
        "/console/pools",
        format!("User pool \"{name}\" has been deleted."),
    )
}

fn check(form: &mut Form, name: &str, pool: &UserPoolType) {
    if form.get("name") != name.trim() {
        form.add_problem("name", "Enter the name of the user pool.");
    }
    if is_protected(pool) && !form.is_on("unprotect") {
        form.add_problem(
            "unprotect",
            "Deletion protection is active. Deactivate it to delete the user pool.",
        );
    }
    if !domains(pool).is_empty() && !form.is_on("domains") {
        form.add_problem(
            "domains",
            "A user pool with a domain cannot be deleted. Delete the domain with it.",
        );
    }
}

async fn take_apart(desk: &Desk, id: &str, pool: &UserPoolType) -> Result<(), Fault> {
    if is_protected(pool) {
        update_pool(desk, id, |input| {
            input.deletion_protection = Some(DeletionProtectionType::Inactive);
        })
        .await?;
    }
    for domain in domains(pool) {
        let input = DeleteUserPoolDomainRequest {
            domain,
            user_pool_id: id.to_owned(),
        };
        desk.call::<op::DeleteUserPoolDomain>(&input).await?;
    }
    let input = DeleteUserPoolRequest {
        user_pool_id: id.to_owned(),
    };
    desk.call::<op::DeleteUserPool>(&input).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_fine(form: Form, pool: &UserPoolType) -> bool {
        let mut form = form;
        check(&mut form, "Chat", pool);
        form.is_fine()
    }

    #[test]
    fn everything_that_protects_a_pool_must_be_let_go() {
        let typed = Form::default().with("name", "Chat");
        assert!(is_fine(typed.clone(), &UserPoolType::default()));
        assert!(!is_fine(
            Form::default().with("name", "chat"),
            &UserPoolType::default()
        ));
        let kept = UserPoolType {
            deletion_protection: Some(DeletionProtectionType::Active),
            domain: Some("chat".to_owned()),
            ..UserPoolType::default()
        };
        assert!(!is_fine(typed.clone(), &kept));
        assert!(!is_fine(typed.clone().ticked("unprotect", true), &kept));
        assert!(!is_fine(typed.clone().ticked("domains", true), &kept));
        let both = typed.ticked("unprotect", true).ticked("domains", true);
        assert!(is_fine(both, &kept));
    }
}
