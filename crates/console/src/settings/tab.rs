//! A tab of a pool: the pool's head and panels.

use askama::Template;

use super::panel::Panel;
use crate::desk::{Answer, Desk};
use crate::frame::Frame;
use crate::pool_head::PoolHead;

#[derive(Template)]
#[template(path = "settings/tab.html")]
struct View {
    frame: Frame,
    panels: Vec<Panel>,
}

/// Shows the tab.
///
/// # Errors
/// If a template fails.
pub fn show(desk: &Desk, head: &PoolHead, title: &str, panels: Vec<Panel>) -> Answer {
    let frame = head.frame(desk, title);
    desk.page(&View { frame, panels })
}
