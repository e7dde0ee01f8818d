//! Writes the seeds of every target into `FOLDER/<target>/`, as a start for coverage-guided fuzzing: `cargo run -p
//! cabana-fuzz --example seeds -- fuzz/coverage/corpus`.

use std::path::PathBuf;
use std::{env, fs, io};

use cabana_fuzz::{House, TARGETS};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("a folder is needed"))?;
    let house = House::new();
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)(&house).iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}
