"""Builds the clients of `long/`, from the registries (and nodejs.org, for Node's headers) in fixed versions; what fails to build fails."""

import importlib
import pathlib
import shutil
import subprocess
import time

from harness.node_suite import NodeSuite, ProgramSuite

LONG = pathlib.Path(__file__).resolve().parent.parent / "long"
BUILT = LONG.parent / ".cache" / "long"
JAVA = LONG / "java" / "target"

# Each with the folder that it is run in.
BUILDS = {
    "AWS SDKs for Java and Kotlin": ("java", ["mvn", "-q", "-B", "-ntp", "package"]),
    "Spring Security": ("spring", ["mvn", "-q", "-B", "-ntp", "package"]),
    "AWS SDK for Go": ("go", ["go", "build", "-o", BUILT / "aws-go", "./sdk"]),
    "go-oidc": ("go", ["go", "build", "-o", BUILT / "go-oidc", "./rp"]),
    "Keycloak": ("keycloak", ["mvn", "-q", "-B", "-ntp", "package"]),
    "oauth2-proxy": ("oauth2_proxy", ["go", "build", "-o", BUILT / "oauth2-proxy",
                                      "github.com/oauth2-proxy/oauth2-proxy/v7"]),
    "AWS's runtime client for Node.js": ("node_runtime", ["npm", "ci", "--silent", "--ignore-scripts=false"]),
}

PROGRAMS = {
    "aws_java": ["java", "-cp", f"{JAVA / 'classes'}:{JAVA / 'dependency'}/*", "JavaSdk"],
    "aws_kotlin": ["java", "-cp", f"{JAVA / 'classes'}:{JAVA / 'dependency'}/*", "KotlinSdk"],
    "aws_go": [BUILT / "aws-go"],
}


def build():
    """Builds everything, one after another and behind whatever else this machine does.

    What `npm ci` would remove and build again stays while its lock file is the one it was built from.
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    for name, (folder, command) in BUILDS.items():
        if shutil.which(command[0]) is None:
            raise SystemExit(f"{command[0]} is missing, which {name} is built with")
        lock, kept = LONG / folder / "package-lock.json", BUILT / f"{folder}-package-lock.json"
        if (LONG / folder / "node_modules").is_dir() and kept.exists() and kept.read_bytes() == lock.read_bytes():
            continue
        kept.unlink(missing_ok=True)
        started = time.monotonic()
        ran = subprocess.run(["nice", *command], cwd=LONG / folder, stdin=subprocess.DEVNULL)
        if ran.returncode != 0:
            raise SystemExit(f"{name} was not built: {command[0]} ended with {ran.returncode}")
        if lock.exists():
            shutil.copyfile(lock, kept)
        print(f"   {name}: built in {time.monotonic() - started:.0f} s", flush=True)


def suite(name):
    """The suite of this name: a program that was built, or a file that starts one."""
    if name in PROGRAMS:
        return ProgramSuite(name, PROGRAMS[name])
    if name.endswith(".mjs"):
        return NodeSuite(LONG / "suites", name)
    return importlib.import_module(f"long.suites.{name}").suite
