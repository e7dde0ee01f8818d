//! What operations share.

pub mod paging;
