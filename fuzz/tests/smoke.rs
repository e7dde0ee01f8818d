//! Every target over mutations of its seeds: the same ones in every run.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;

use cabana_fuzz::{House, TARGETS};

/// Inputs per target.
const INPUTS: usize = 1_500;

/// Numbers that look random and are the same in every run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % end.max(1)
    }
}

/// Bytes that break parsers.
const TOKENS: [&[u8]; 24] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"%2f",
    b"\0",
    b"\xff",
    b"\xc3",
    b"null",
    b"-1",
    b"1e999",
    b"\\ud800",
    b"../",
    b"//",
    b"\xe2\x80\xae",
    b"99999999999999999999",
];

fn mutated(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut data = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(5) {
        let at = numbers.below(data.len() + 1);
        let until = (at + numbers.below(12)).min(data.len());
        match numbers.below(6) {
            0 if at < data.len() => data[at] ^= 1 << numbers.below(8),
            1 => drop(data.drain(at..until)),
            2 => drop(data.splice(at..at, TOKENS[numbers.below(TOKENS.len())].iter().copied())),
            3 => {
                let piece = data[at..until].to_vec();
                for _ in 0..numbers.below(40) {
                    data.splice(at..at, piece.iter().copied());
                }
            }
            4 => {
                let other = &seeds[numbers.below(seeds.len())];
                let from = numbers.below(other.len() + 1);
                data.truncate(at);
                data.extend_from_slice(&other[from..]);
            }
            _ => data.insert(at, u8::try_from(numbers.below(256)).unwrap()),
        }
    }
    data
}

/// Earlier findings of coverage-guided fuzzing, now fixed.
fn found_earlier(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("findings");
    let files = fs::read_dir(folder.join(target)).into_iter().flatten();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn no_target_finds_anything() {
    for (number, target) in TARGETS.iter().enumerate() {
        // A server of its own: calls of one target may change the fixtures of another.
        let house = House::new();
        let mut seeds = (target.seeds)(&house);
        seeds.extend(found_earlier(target.name));
        for seed in &seeds {
            (target.run)(&house, seed);
        }
        let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15 ^ (number as u64 + 1));
        for _ in 0..INPUTS {
            let data = mutated(&mut numbers, &seeds);
            let text = String::from_utf8_lossy(&data).into_owned();
            let run = std::panic::AssertUnwindSafe(|| (target.run)(&house, &data));
            if let Err(finding) = std::panic::catch_unwind(run) {
                eprintln!("{} found something with {text:?}", target.name);
                std::panic::resume_unwind(finding);
            }
        }
    }
}

/// A target that refuses valid inputs would never find anything.
#[test]
fn right_inputs_get_through() {
    use http::header::LOCATION;
    use serde_json::json;
    let house = House::new();
    let body = json!({ "UserPoolId": house.pool, "Username": "ada" });
    assert_eq!(house.call("AdminGetUser", &body, true).status, 200);
    assert_ne!(house.call("AdminGetUser", &body, false).status, 200);
    let body = json!({ "AccessToken": house.access_token });
    assert_eq!(house.call("GetUser", &body, false).status, 200);
    let body =
        json!({ "UserPoolId": house.pool, "Limit": 1, "PaginationToken": house.paging_token });
    assert_eq!(house.call("ListUsers", &body, true).status, 200);
    let target = |name| TARGETS.iter().find(|target| target.name == name).unwrap();
    for filter in (target("users_filter").seeds)(&house) {
        let filter = String::from_utf8(filter).unwrap();
        let body = json!({ "UserPoolId": house.pool, "Filter": filter });
        assert_eq!(house.call("ListUsers", &body, true).status, 200, "{filter}");
    }
    for query in (target("authorize_query").seeds)(&house) {
        let query = String::from_utf8(query).unwrap();
        let path = format!("/{}/oauth2/authorize?{query}", house.pool);
        let request = http::Request::get(&path).body(axum::body::Body::empty());
        let page = house.visit(request.unwrap());
        assert!(page.headers.contains_key(LOCATION), "{path}");
    }
}
