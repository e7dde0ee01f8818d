//! What operations share.
