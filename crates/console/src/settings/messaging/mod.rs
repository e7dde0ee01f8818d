//! `/messaging`: the messages to people, and their sender.

pub mod email;
pub mod invitation;
pub mod mfa_message;
pub mod texts;
pub mod verification;

use axum::extract::Path;

use super::{sign_in, tab};
use crate::desk::{Answer, Desk};
use crate::pool_head::PoolHead;

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let factors = sign_in::mfa::factors(&desk, &id).await?;
    let panels = vec![
        email::panel(&desk, &head),
        texts::panel(&desk, &head, &factors),
    ];
    tab::show(&desk, &head, "Messaging", panels)
}
