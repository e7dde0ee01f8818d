//! The instruments: load, measurements, and a harness that breaks things and counts what was lost.

fn main() {}
