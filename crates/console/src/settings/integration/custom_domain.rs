//! `/integration/custom-domain`: a custom host name for a pool's hosted pages.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_api::logic::domains::public_host;
use cabana_domain::formats::is_host_name;
use cabana_model::{CreateUserPoolDomainRequest, CustomDomainConfigType, UserPoolType, op};

use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::pool_head;
use crate::settings::sheet::{Sheet, blame};

/// Fields of faults.
const FIELDS: [(About<'static>, &str); 9] = [
    (About::Member("customDomainConfig"), "certificate"),
    (About::Member("domain"), "name"),
    (About::Reason(reason::too_many), "name"),
    (About::Reason(reason::reserved_word), "name"),
    (About::Reason(reason::domain_exists), "name"),
    (About::Reason(reason::domain_of_another_pool), "name"),
    (About::Reason(reason::pool_has_such_domain), "name"),
    (About::Reason(reason::not_a_host_name), "name"),
    (About::Reason(reason::domain_is_the_servers), "name"),
];

#[derive(Template)]
#[template(path = "settings/custom_domain.html")]
struct Controls<'a> {
    form: &'a Form,
    /// Host that DNS must point the domain to.
    host: String,
}

impl<'a> Controls<'a> {
    fn of(desk: &Desk, form: &'a Form) -> Self {
        let host = public_host(&desk.console.api.settings).unwrap_or_default();
        Self { form, host }
    }
}

/// Placeholder for the ARN that Cognito requires; the server uses its own certificate.
fn certificate(desk: &Desk) -> String {
    let settings = &desk.console.api.settings;
    let (region, account) = (&settings.region, &settings.account_id);
    format!("arn:aws:acm:{region}:{account}:certificate/00000000-0000-0000-0000-000000000000")
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/integration", "Create custom domain").submit("Create custom domain")
}

pub async fn open(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let form = Form::resumed(&desk, || {
        Form::new(&desk).with("certificate", certificate(&desk))
    })
    .await?;
    sheet(&pool).page(&desk, &form, &Controls::of(&desk, &form))
}

pub async fn create(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let name = form.demand("name", "Enter a host name.").to_lowercase();
    if !name.is_empty() && !is_host_name(&name) {
        form.add_problem("name", "Enter a full host name, such as auth.example.com.");
    }
    let given = form.given("certificate");
    let sheet = sheet(&pool);
    if form.is_fine() {
        let input = CreateUserPoolDomainRequest {
            domain: name,
            user_pool_id: id,
            custom_domain_config: Some(CustomDomainConfigType {
                certificate_arn: given.unwrap_or_else(|| certificate(&desk)),
                ..CustomDomainConfigType::default()
            }),
            ..CreateUserPoolDomainRequest::default()
        };
        match desk.call::<op::CreateUserPoolDomain>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The domain has been created."),
            Err(fault) => {
                blame(&mut form, fault, &FIELDS)?;
            }
        }
    }
    desk.refused(&form).await
}
