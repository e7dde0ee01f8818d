//! `/properties/plan`: feature plan of a pool.

use askama::Template;
use cabana_model::{UpdateUserPoolRequest, UserPoolTierType as Tier, UserPoolType};

use crate::form::{Form, Group};
use crate::settings::panel::Panel;
use crate::settings::sheet::Edits;

const TIERS: [(Tier, &str); 3] = [
    (Tier::Lite, "Lite"),
    (Tier::Essentials, "Essentials"),
    (Tier::Plus, "Plus"),
];

fn tier(pool: &UserPoolType) -> Tier {
    pool.user_pool_tier.unwrap_or(Tier::Essentials)
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let own = TIERS.iter().find(|(it, _)| *it == tier(pool));
    Panel::new("plan", "Feature plan")
        .action(may, "Edit", edit)
        .lead("Every plan is free here. The server refuses features that the same plan of Cognito lacks.")
        .maybe("Feature plan", own.map(|(_, name)| *name))
}

#[derive(Template)]
#[template(source = "{{ self.tiers() }}", ext = "html")]
struct Controls<'a> {
    form: &'a Form,
}

impl Controls<'_> {
    fn tiers(&self) -> Group {
        let group = self.form.choice("tier", "Feature plan");
        TIERS.iter().fold(group, |group, (tier, name)| {
            group.option(tier.as_str(), name)
        })
    }
}

pub struct Plan;

impl Edits for Plan {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit feature plan";
    const NEWS: &'static str = "The feature plan has been saved.";
    const PART: &'static str = "/properties";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        form.with("tier", tier(pool).as_str())
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        match form.get("tier").parse() {
            Ok(tier) => input.user_pool_tier = Some(tier),
            Err(_) => form.add_problem("tier", "Choose a plan."),
        }
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}
