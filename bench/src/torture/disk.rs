//! A full disk: a small file system in memory under the server's data, and a file that takes all its space.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::kill::{CONNECTIONS, finally, is_sound};
use super::load::Load;
use super::outage::account;
use super::place::{GROUP, Place};
use super::report::Report;
use super::{Options, check};
use crate::common::Outcome;
use crate::common::server::Setup;

const WRITES: u64 = 60;
const LIMIT: Duration = Duration::from_secs(60);
/// Failed writes to wait for.
const FAILED: u64 = 20;
/// Reads while the disk is full.
const READS: usize = 50;
const MEBIBYTES: u32 = 48;

/// # Errors
/// If no file system may be mounted, or the server does not answer when it should.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    let setup = Setup::new(&options.binary, None, None)?;
    let mount = Mount::new(&setup.data())?;
    let server = setup.start().await?;
    let place = Rc::new(Place::make(&setup).await?);
    let mut everybody = Vec::new();
    for round in 0..options.outages() {
        let load = Load::start(&place, &format!("d{round}"), CONNECTIONS);
        load.progress(WRITES, LIMIT).await?;
        let ballast = mount.fill()?;
        let begun = Instant::now();
        while load.seen.failed.get() < FAILED {
            if begun.elapsed() > LIMIT {
                return Err("writes do not fail though the disk is full".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        reads_go_on(&place, report).await?;
        std::fs::remove_file(ballast)?;
        load.progress(WRITES, LIMIT).await?;
        let (people, seen) = load.finish().await?;
        account(&seen, report);
        everybody.extend(check::people(&place, people, report).await?);
        report.rounds += 1;
    }
    server.stop()?;
    let server = setup.start().await?;
    finally(&setup, &place, everybody, report).await?;
    server.stop()?;
    is_sound(&setup, report)
}

async fn reads_go_on(place: &Place, report: &mut Report) -> Outcome<()> {
    let connection = &mut place.connect(0).await?;
    let body = serde_json::json!({ "UserPoolId": place.pool, "GroupName": GROUP }).to_string();
    let operations = ["GetGroup", "ListUsersInGroup"].iter().cycle();
    for operation in operations.take(READS) {
        let request = place.requests.signed(operation, &body)?;
        let reply = connection.send(&request).await?;
        report.demand(reply.status == 200, || {
            format!(
                "{operation} on a full disk: {} {}",
                reply.status,
                reply.text()
            )
        });
    }
    Ok(())
}

/// A file system in memory; unmounted on drop.
struct Mount(PathBuf);

impl Mount {
    fn new(path: &Path) -> Outcome<Self> {
        std::fs::create_dir(path)?;
        let owner = std::fs::metadata(path)?.uid();
        let options = format!("size={MEBIBYTES}m,mode=700,uid={owner}");
        let path = path.to_owned();
        let place = path.to_string_lossy();
        as_root(&["mount", "-t", "tmpfs", "-o", &options, "torture", &place])
            .map_err(|why| format!("root or sudo is needed to mount a small tmpfs: {why}"))?;
        Ok(Self(path))
    }

    /// Takes all free space; returns the file that holds it.
    fn fill(&self) -> Outcome<PathBuf> {
        let path = self.0.join("ballast");
        let mut file = File::create(&path)?;
        for size in [64 * 1024, 4 * 1024, 1] {
            let block = vec![0; size];
            while file.write_all(&block).is_ok() {}
        }
        Ok(path)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if let Err(why) = as_root(&["umount", &self.0.to_string_lossy()]) {
            eprintln!("{} could not be unmounted: {why}", self.0.display());
        }
    }
}

/// Runs a command as it is; with sudo, if that is not permitted and sudo needs no password.
fn as_root(command: &[&str]) -> Outcome<()> {
    let mut said = String::new();
    for prefix in [&[][..], &["sudo", "-n"][..]] {
        let words = [prefix, command].concat();
        let Some((program, arguments)) = words.split_first() else {
            continue;
        };
        match Command::new(program).args(arguments).output() {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => said = String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => said = format!("{program}: {error}"),
        }
    }
    Err(said.into())
}
