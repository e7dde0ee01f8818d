//! Creation of a user pool with all that the forms ask for, one operation after the other.

use askama::Template;
use axum::extract::Path;
use cabana_api::Fault;
use cabana_model::{
    CreateResourceServerRequest, CreateUserPoolClientRequest, CreateUserPoolDomainRequest,
    CreateUserPoolRequest, ErrorKind, SetUserPoolMfaConfigRequest, op,
};

use crate::desk::{Answer, Desk, see_other};
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;

/// Requests of the operations, in their order. [`make`] fills in the pool's id.
#[derive(Debug, Default)]
pub struct Plan {
    pub pool: CreateUserPoolRequest,
    pub mfa: Option<SetUserPoolMfaConfigRequest>,
    pub domain: Option<CreateUserPoolDomainRequest>,
    pub resource_server: Option<CreateResourceServerRequest>,
    pub client: CreateUserPoolClientRequest,
}

/// Ids of the new pool and its client.
pub struct Made {
    pub pool: String,
    pub client: String,
}

impl Made {
    /// Address of the quick start page.
    pub fn quick_start(&self) -> String {
        let Self { pool, client } = self;
        format!("/console/pools/{pool}/quick-start?client={client}")
    }
}

/// A creation that failed halfway.
#[derive(Debug)]
pub struct Broken {
    /// Id of the pool, if it exists.
    pub pool: Option<String>,
    /// Labels of everything that exists.
    done: Vec<String>,
    failed: &'static str,
    pub fault: Fault,
}

/// Creates everything. Stops at the first failure and does not undo the operations before it.
///
/// # Errors
/// The failed operation's fault, and a list of everything that exists.
pub async fn make(desk: &Desk, mut plan: Plan) -> Result<Made, Box<Broken>> {
    let mut so_far = Progress::default();
    let name = plan.pool.pool_name.clone();
    let made = desk.call::<op::CreateUserPool>(&plan.pool).await;
    let made = so_far.step(made, "The user pool", || format!("The user pool “{name}”"))?;
    let pool = made.user_pool.and_then(|it| it.id).unwrap_or_default();
    so_far.pool = Some(pool.clone());
    if let Some(mut mfa) = plan.mfa.take() {
        mfa.user_pool_id.clone_from(&pool);
        let set = desk.call::<op::SetUserPoolMfaConfig>(&mfa).await;
        so_far.step(set, "The multi-factor authentication settings", || {
            "Its multi-factor authentication settings".to_owned()
        })?;
    }
    if let Some(mut domain) = plan.domain.take() {
        domain.user_pool_id.clone_from(&pool);
        let made = desk.call::<op::CreateUserPoolDomain>(&domain).await;
        let words = || format!("The domain {}", domain.domain);
        so_far.step(made, "The domain", words)?;
    }
    if let Some(mut server) = plan.resource_server.take() {
        server.user_pool_id.clone_from(&pool);
        let made = desk.call::<op::CreateResourceServer>(&server).await;
        let words = || format!("The resource server {}", server.identifier);
        so_far.step(made, "The resource server", words)?;
    }
    plan.client.user_pool_id.clone_from(&pool);
    let made = desk.call::<op::CreateUserPoolClient>(&plan.client).await;
    let made = so_far.step(made, "The app client", String::new)?;
    let client = made.user_pool_client.and_then(|it| it.client_id);
    let client = client.map(|id| id.into_inner()).unwrap_or_default();
    Ok(Made { pool, client })
}

#[derive(Default)]
struct Progress {
    pool: Option<String>,
    done: Vec<String>,
}

impl Progress {
    fn step<T>(
        &mut self,
        result: Result<T, Fault>,
        what: &'static str,
        made: impl FnOnce() -> String,
    ) -> Result<T, Box<Broken>> {
        match result {
            Ok(value) => {
                self.done.push(made());
                Ok(value)
            }
            Err(fault) => Err(Box::new(Broken {
                pool: self.pool.take(),
                done: std::mem::take(&mut self.done),
                failed: what,
                fault,
            })),
        }
    }
}

impl Broken {
    /// Problem for the top of the form, if nothing was created.
    ///
    /// # Errors
    /// An internal failure, as a page of its own: changes to the form would not help.
    pub fn problem(self) -> Result<String, Halt> {
        match self.fault.kind {
            ErrorKind::InternalErrorException => Err(self.fault.into()),
            _ => Ok(format!(
                "{} was not created: {}",
                self.failed, self.fault.message
            )),
        }
    }

    /// Redirects to the page that lists what exists and what does not.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn told_at(self, desk: &Desk, pool: &str) -> Answer {
        if let Some(cause) = self.fault.cause() {
            tracing::error!(?cause, fault = %self.fault, "a user pool was left unfinished");
        }
        let done = self.done.iter();
        let told = done.fold(Form::new(desk), |form, label| form.with("done", label));
        let told = told
            .with("failed", self.failed)
            .with("why", self.fault.message.to_string());
        let page = format!("/console/pools/{pool}/unfinished");
        desk.refused_at(&page, &told).await
    }
}

#[derive(Template)]
#[template(path = "pools/broken.html")]
struct Unfinished {
    frame: Frame,
    pool: String,
    done: Vec<String>,
    failed: String,
    why: String,
}

/// `/console/pools/{id}/unfinished`: what exists of a user pool whose creation failed halfway.
pub async fn unfinished(Path(pool): Path<String>, desk: Desk) -> Answer {
    let told = Form::resumed(&desk, || Form::new(&desk)).await?;
    let Some(failed) = told.given("failed") else {
        return Ok(see_other(&format!("/console/pools/{pool}")));
    };
    desk.page(&Unfinished {
        frame: desk
            .frame("The user pool is not complete")
            .below("User pools", "/console/pools"),
        pool,
        done: told.all("done").into_iter().map(str::to_owned).collect(),
        failed,
        why: told.get("why").to_owned(),
    })
}
