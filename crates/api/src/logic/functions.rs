//! The functions of all pools, and what answers for them.

use cabana_domain::pool::Pool;
use cabana_domain::trigger::Trigger;
use cabana_store::{Page, Result, SharedStore};
use serde::{Deserialize, Serialize};

use crate::ports::{Answerer, Functions};

/// Pools per read.
const PAGE: u32 = 60;

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub arn: String,
    /// Oldest pool first.
    pub uses: Vec<Use>,
    pub answerer: Answerer,
}

/// A pool that has the function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Use {
    pub trigger: String,
    pub pool_id: String,
    pub pool_name: String,
}

/// The functions of a pool.
pub fn of_pool(pool: &Pool) -> impl Iterator<Item = (Trigger, &str)> {
    let config = pool.settings.lambda_config.as_ref();
    let arn = move |trigger: Trigger| Some((trigger, trigger.arn(config?)?));
    Trigger::ALL.into_iter().filter_map(arn)
}

/// The functions of all pools, in the order of their first uses.
///
/// # Errors
/// If the store fails.
pub async fn of_all_pools(store: &SharedStore, functions: &dyn Functions) -> Result<Vec<Listed>> {
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = store.pools(Page { limit: PAGE, after }).await?;
        for pool in &page.items {
            add(&mut listed, pool, functions);
        }
        after = page.next;
        if after.is_none() {
            return Ok(listed);
        }
    }
}

fn add(listed: &mut Vec<Listed>, pool: &Pool, functions: &dyn Functions) {
    for (trigger, arn) in of_pool(pool) {
        let one = Use {
            trigger: trigger.name().to_owned(),
            pool_id: pool.id.as_str().to_owned(),
            pool_name: pool.settings.name.clone().unwrap_or_default(),
        };
        match listed.iter_mut().find(|it| it.arn == arn) {
            Some(known) => known.uses.push(one),
            None => listed.push(Listed {
                arn: arn.to_owned(),
                uses: vec![one],
                answerer: functions.answerer(arn),
            }),
        }
    }
}

impl Listed {
    /// The last part of the ARN, without a version or an alias.
    pub fn name(&self) -> &str {
        let name = self.arn.split(":function:").last().unwrap_or_default();
        name.split(':').next().unwrap_or_default()
    }

    /// Lines for a terminal: comments about the function, and commands that run it, if it is to be run.
    pub fn lines(&self) -> Vec<String> {
        let name = self.name();
        let mut lines = vec![format!("# {name}")];
        lines.extend(
            self.uses
                .iter()
                .map(|one| format!("# {} of {} ({})", one.trigger, one.pool_id, one.pool_name)),
        );
        match &self.answerer {
            Answerer::Webhook(url) => lines.push(format!("# is answered by the webhook {url}")),
            Answerer::Invoke(url) => lines.push(format!("# is invoked at {url}")),
            Answerer::Nothing => {
                lines.push(format!(
                    "# is answered by nothing: set --function {name}=URL"
                ));
            }
            Answerer::Runtime { address, is_there } => {
                lines.push(
                    match is_there {
                        true => "# runs; to run it again, for Python or for Node.js:",
                        false => "# waits to be run, in Python or in Node.js (docs/functions.md):",
                    }
                    .to_owned(),
                );
                let set = format!("AWS_LAMBDA_RUNTIME_API={address}");
                lines.push(format!("{set} python3 -m awslambdaric app.handler"));
                lines.push(format!("{set} node runtime.mjs app.mjs"));
            }
        }
        // Names of pools may contain line breaks and control sequences.
        lines
            .iter()
            .map(|line| line.replace(char::is_control, " "))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_function_can_be_typed() {
        let lines = |answerer| {
            let listed = Listed {
                arn: "arn:aws:lambda:us-east-1:000000000000:function:check:live".to_owned(),
                uses: vec![Use {
                    trigger: "PreSignUp".to_owned(),
                    pool_id: "us-east-1_a".to_owned(),
                    pool_name: "a\n\u{1b}[2J".to_owned(),
                }],
                answerer,
            };
            listed.lines()
        };
        let runtime = |is_there| Answerer::Runtime {
            address: "127.0.0.1:9301".to_owned(),
            is_there,
        };
        let typed = lines(runtime(false));
        assert_eq!(
            typed[..2],
            ["# check", "# PreSignUp of us-east-1_a (a  [2J)"]
        );
        assert_eq!(
            typed[3..],
            [
                "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9301 python3 -m awslambdaric app.handler",
                "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9301 node runtime.mjs app.mjs"
            ]
        );
        for answerer in [
            runtime(true),
            Answerer::Webhook("https://a.test/".to_owned()),
            Answerer::Invoke("https://a.test/invocations".to_owned()),
            Answerer::Nothing,
        ] {
            let shown = lines(answerer.clone());
            let comments = shown.iter().filter(|line| line.starts_with('#')).count();
            assert_eq!(comments, 3, "{shown:?}");
            let json = serde_json::to_string(&answerer).unwrap();
            assert_eq!(serde_json::from_str::<Answerer>(&json).unwrap(), answerer);
        }
    }
}
