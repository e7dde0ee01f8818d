//! Step "Review and create": all values for a last check, and the requests that create the pool.

use cabana_model::{CreateUserPoolRequest, DeletionProtectionType};

use super::line::Line;
use super::step::Step;
use super::{integrate, messages, security, sign_in, sign_up};
use crate::form::Form;
use crate::pools::make::Plan;

/// The values of one step.
pub struct Section {
    pub step: Step,
    pub lines: Vec<Line>,
}

pub fn sections(form: &Form) -> Vec<Section> {
    let pages = Step::ALL.into_iter().filter(|step| *step != Step::Review);
    pages
        .map(|step| Section {
            step,
            lines: step.lines(form),
        })
        .collect()
}

/// Requests that create the pool from the values entered.
pub fn plan(form: &Form, account: &str) -> Plan {
    let mut pool = CreateUserPoolRequest {
        deletion_protection: Some(DeletionProtectionType::Active),
        ..CreateUserPoolRequest::default()
    };
    sign_in::apply(form, &mut pool);
    security::apply(form, &mut pool);
    sign_up::apply(form, &mut pool);
    messages::apply(form, account, &mut pool);
    integrate::apply(form, &mut pool);
    Plan {
        pool,
        mfa: security::mfa_request(form, account),
        domain: integrate::domain(form, account),
        client: integrate::client(form),
        ..Plan::default()
    }
}
