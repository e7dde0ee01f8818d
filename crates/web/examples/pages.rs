//! Writes a sample of every page, with the assets, to a folder: `cargo run -p cabana-web --example pages -- <folder>`.
//! To view them, serve the folder as the root of a web server.

use std::path::PathBuf;
use std::{env, fs, io};

use cabana_web::assets;

#[path = "../tests/pages/samples/mod.rs"]
mod samples;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("give the folder to write to"))?;
    let below = folder.join(assets::PATH.trim_matches('/'));
    fs::create_dir_all(&below)?;
    for asset in assets::all() {
        fs::write(below.join(&asset.name), &asset.bytes)?;
    }
    for (name, page) in samples::samples() {
        fs::write(
            folder.join(format!("{name}.html")),
            page.map_err(askama::Error::into_io_error)?,
        )?;
    }
    Ok(())
}
