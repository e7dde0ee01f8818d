//! The management console.
