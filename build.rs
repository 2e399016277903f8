//! Stops the build with a sentence where the bundled engine would come without the pre-update hook.

fn main() {
    println!("cargo::rerun-if-env-changed=LIBSQLITE3_FLAGS");
    let flags = std::env::var("LIBSQLITE3_FLAGS").unwrap_or_default();
    if !flags.contains("SQLITE_ENABLE_PREUPDATE_HOOK") {
        println!(
            "cargo::error=harness needs SQLite's pre-update hook: build inside its checkout (`cargo install --path .`), \
             whose .cargo/config.toml sets it, or set LIBSQLITE3_FLAGS=\"-DSQLITE_ENABLE_PREUPDATE_HOOK -DSQLITE_ENABLE_MATH_FUNCTIONS\""
        );
    }
}
