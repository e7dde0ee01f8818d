#![no_main]

use std::cell::LazyCell;

use cabana_fuzz::House;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static HOUSE: LazyCell<House> = LazyCell::new(House::new);
}

fuzz_target!(|data: &[u8]| HOUSE.with(|house| cabana_fuzz::run("saml_logout", house, data)));
