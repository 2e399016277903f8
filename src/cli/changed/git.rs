//! Git, run as a program and without a shell: asked for names between NUL bytes and for exit codes.
//! Its sentences are passed on and never read. It writes nothing, and finds its repository as it
//! does for a person who types it here.

use crate::files::resolved;
use anyhow::{Context as _, bail};
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What to do where history is missing.
const FETCH: &str = "fetch the whole history: `fetch-depth: 0` for actions/checkout, \
    `GIT_DEPTH: 0` in GitLab, else `git fetch --unshallow`";

/// The repository of the current folder.
pub(super) struct Git {
    /// the top of its work tree
    pub(super) top: PathBuf,
}

/// What a commit has at a place.
pub(super) struct TreeEntry {
    /// git's six digits for what it is
    mode: String,
    /// the hash of its content
    pub(super) id: String,
    /// relative to the top
    pub(super) path: PathBuf,
}

impl TreeEntry {
    /// Reads a line of `git ls-tree`.
    fn read(line: &[u8]) -> anyhow::Result<Self> {
        let tab = line.iter().position(|byte| *byte == b'\t');
        let tab = tab.context("git ls-tree gave a line without a tab")?;
        let what = String::from_utf8_lossy(&line[..tab]);
        let [mode, _, id] = what.split(' ').collect::<Vec<_>>()[..] else {
            bail!("git ls-tree gave a line without a hash")
        };
        Ok(Self {
            mode: mode.to_owned(),
            id: id.to_owned(),
            path: path(&line[tab + 1..])?,
        })
    }

    pub(super) fn is_file(&self) -> bool {
        self.mode.starts_with("100")
    }

    pub(super) fn is_link(&self) -> bool {
        self.mode == "120000"
    }
}

/// A file that git says differs between a commit and the work tree; paths are relative to the top.
pub(super) struct Differing {
    pub(super) path: PathBuf,
    /// of a renamed one, its path before
    pub(super) from: Option<PathBuf>,
}

impl Git {
    /// Finds the repository.
    pub(super) fn here() -> anyhow::Result<Self> {
        let found = run(Path::new("."), &["rev-parse", "--show-toplevel"], &[])?;
        if !found.status.success() {
            let why = said(&found);
            bail!("--changed-since: the current folder is in no work tree of git: {why}");
        }
        let line = found.stdout.strip_suffix(b"\n").unwrap_or(&found.stdout);
        Ok(Self { top: path(line)? })
    }

    /// A path that exists, relative to the top; none for one elsewhere. Links outside the work tree
    /// are followed. A link inside it is an error: git knows where it leads, and not whether the
    /// content there changed.
    pub(super) fn place(&self, path: &Path) -> anyhow::Result<Option<PathBuf>> {
        let shown = path.display();
        let unknown = || format!("--changed-since: cannot tell where {shown} is");
        let mut reached = Path::new(".").canonicalize().with_context(unknown)?;
        let mut rest = parts_backwards(path);
        while let Some(part) = rest.pop() {
            if part == Path::new("..") {
                reached.pop();
                continue;
            }
            let next = reached.join(&part);
            if !next.symlink_metadata().with_context(unknown)?.is_symlink() {
                reached = next;
            } else if let Some(place) = self.below_top(&reached) {
                let link = place.join(part);
                bail!(
                    "--changed-since: {shown} is reached by the symbolic link {}: name what it \
                    leads to",
                    link.display()
                );
            } else {
                rest.extend(parts_backwards(&next.read_link().with_context(unknown)?));
            }
        }
        Ok(self.below_top(&reached))
    }

    /// A path without links, relative to the top.
    fn below_top(&self, path: &Path) -> Option<PathBuf> {
        let path = resolved(path);
        let below = path.strip_prefix(resolved(&self.top)).ok()?;
        Some(below.to_owned())
    }

    /// A path that need not exist, relative to the top, where it is given so or absolute; none for
    /// one elsewhere.
    pub(super) fn lexical(&self, path: &Path) -> Option<PathBuf> {
        let below = path.strip_prefix(resolved(&self.top)).unwrap_or(path);
        let mut place = PathBuf::new();
        for part in below.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) => place.push(name),
                Component::ParentDir if place.pop() => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(place)
    }

    /// The commits where HEAD left `since`: one, or several where both were merged into each other.
    pub(super) fn bases(&self, since: &str) -> anyhow::Result<Vec<String>> {
        let Some(commit) = self.commit(since)? else {
            let why = if since.is_empty() {
                "REF is empty; is its variable set?"
            } else {
                "git knows no such commit"
            };
            bail!("--changed-since {since}: {why}; {FETCH}");
        };
        if self.commit("HEAD")?.is_none() {
            bail!("--changed-since {since}: there is no commit yet");
        }
        let bases = self.merge_bases(since, &commit)?;
        let is_shallow = self.ask(&["rev-parse", "--is-shallow-repository"], &[])?;
        let is_shallow = is_shallow.trim_ascii() != b"false";
        if bases.is_empty() && is_shallow {
            bail!("--changed-since {since}: HEAD has no commit in common with it; {FETCH}");
        }
        if bases.is_empty() {
            bail!("--changed-since {since}: HEAD has no commit in common with it");
        }
        // Where history is cut off, the commit may be an older one than where HEAD left it.
        if is_shallow && bases != [commit] {
            bail!(
                "--changed-since {since}: history is cut off here, so that where HEAD left it \
                is not certain; {FETCH}"
            );
        }
        Ok(bases)
    }

    fn merge_bases(&self, since: &str, commit: &str) -> anyhow::Result<Vec<String>> {
        let found = run(&self.top, &["merge-base", "--all", commit, "HEAD"], &[])?;
        // 1 says that there is none.
        if !found.status.success() && found.status.code() != Some(1) {
            let why = said(&found);
            bail!(
                "--changed-since {since}: git finds no commit that HEAD has in common with it: \
                {why}"
            );
        }
        Ok(lines(&found.stdout))
    }

    /// What a commit has at a place; none where nothing is there.
    pub(super) fn entry(&self, commit: &str, place: &Path) -> anyhow::Result<Option<TreeEntry>> {
        let mut entries = self.listed(&["ls-tree"], commit, place)?.into_iter();
        Ok(entries.find(|entry| entry.path == place))
    }

    /// The files that a commit has in a folder and in those in it, by their places in the folder.
    pub(super) fn entries(&self, commit: &str, folder: &Path) -> anyhow::Result<Vec<TreeEntry>> {
        let listed = self.listed(&["ls-tree", "-r"], commit, &folder.join(""))?;
        let below = |mut entry: TreeEntry| {
            entry.path = entry.path.strip_prefix(folder).ok()?.to_owned();
            Some(entry)
        };
        Ok(listed.into_iter().filter_map(below).collect())
    }

    fn listed(
        &self,
        command: &[&str],
        commit: &str,
        spec: &Path,
    ) -> anyhow::Result<Vec<TreeEntry>> {
        let spec = (!spec.as_os_str().is_empty()).then_some(spec);
        let options = [command, &["-z", "--full-tree", commit, "--"]].concat();
        let listed = self.ask(&options, spec.as_slice())?;
        fields(&listed).map(TreeEntry::read).collect()
    }

    /// The submodule that a folder is in, or is, at a commit or in the index.
    pub(super) fn submodule<'p>(
        &self,
        commit: &str,
        folder: &'p Path,
    ) -> anyhow::Result<Option<&'p Path>> {
        let is_below_top = |above: &&Path| !above.as_os_str().is_empty();
        for above in folder.ancestors().filter(is_below_top) {
            let entry = self.entry(commit, above)?;
            // The index has files and submodules, and no folders.
            let mut indexed = OsString::from(":0:");
            indexed.push(above);
            if entry.is_some_and(|entry| entry.mode == "160000") || self.object(&indexed)?.is_some()
            {
                return Ok(Some(above));
            }
        }
        Ok(None)
    }

    /// The hashes of the content of files, byte by byte, links followed: neither an index nor a
    /// filter has a say.
    pub(super) fn hashes(&self, places: &[PathBuf]) -> anyhow::Result<Vec<String>> {
        let mut found = Vec::new();
        for some in places.chunks(200) {
            let some: Vec<&Path> = some.iter().map(PathBuf::as_path).collect();
            found.extend(lines(
                &self.ask(&["hash-object", "--no-filters", "--"], &some)?,
            ));
        }
        let (hashes, files) = (found.len(), places.len());
        if hashes != files {
            bail!("--changed-since: git hash-object gave {hashes} hashes of {files} files");
        }
        Ok(found)
    }

    /// The files at a place that git says differ between a commit and the work tree, without those
    /// that it does not know. Used for names only: filters, the index and settings have a say.
    pub(super) fn differing(&self, commit: &str, place: &Path) -> anyhow::Result<Vec<Differing>> {
        let options = [
            "diff",
            "--name-status",
            "-z",
            "--find-renames",
            "--no-ext-diff",
            "--ignore-submodules=none",
            commit,
            "--",
        ];
        let listed = self.ask(&options, &[spec(place)])?;
        let mut fields = fields(&listed);
        let mut found = Vec::new();
        while let Some(status) = fields.next() {
            let mut next = || {
                let field = fields.next();
                path(field.context("git diff gave a status without a path")?)
            };
            let from = matches!(status[0], b'R' | b'C').then(&mut next);
            found.push(Differing {
                from: from.transpose()?,
                path: next()?,
            });
        }
        Ok(found)
    }

    /// The files at a place that git was told not to look at, by `update-index --assume-unchanged`
    /// or `--skip-worktree`.
    pub(super) fn unlooked(&self, place: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let listed = self.ask(&["ls-files", "-z", "-v", "--"], &[spec(place)])?;
        let is_unlooked = |field: &&[u8]| field[0].is_ascii_lowercase() || field[0] == b'S';
        let unlooked = fields(&listed).filter(is_unlooked).map(|field| {
            let place = field.get(2..);
            path(place.context("git ls-files gave a tag without a path")?)
        });
        unlooked.collect()
    }

    /// The text with a hash; none where it is not UTF-8.
    pub(super) fn text(&self, id: &str) -> anyhow::Result<Option<String>> {
        Ok(String::from_utf8(self.ask(&["cat-file", "blob", id], &[])?).ok())
    }

    /// The commit that a revision names; none where it names none. It is never taken for an option.
    fn commit(&self, revision: &str) -> anyhow::Result<Option<String>> {
        self.object(OsStr::new(&format!("{revision}^{{commit}}")))
    }

    /// The object that a name names; none where it names none.
    fn object(&self, name: &OsStr) -> anyhow::Result<Option<String>> {
        let options = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let found = run(&self.top, &options, &[Path::new(name)])?;
        let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        Ok(found.status.success().then_some(id))
    }

    /// What git answers; an error where it does not succeed.
    fn ask(&self, options: &[&str], paths: &[&Path]) -> anyhow::Result<Vec<u8>> {
        let found = run(&self.top, options, paths)?;
        if !found.status.success() {
            let (command, why) = (options[0], said(&found));
            bail!("--changed-since: git {command} failed: {why}");
        }
        Ok(found.stdout)
    }
}

/// Runs git in a folder. It takes paths and objects as they are, not what `git replace` put in their
/// place, and does not write even its index.
fn run(folder: &Path, options: &[&str], paths: &[&Path]) -> anyhow::Result<Output> {
    Command::new("git")
        .current_dir(folder)
        .args(["--no-optional-locks", "--literal-pathspecs"])
        .args(options)
        .args(paths)
        .stdin(Stdio::null())
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .output()
        .context("--changed-since: git cannot be run")
}

/// The parts of a path, the last one first.
fn parts_backwards(path: &Path) -> Vec<PathBuf> {
    path.components()
        .rev()
        .map(|part| PathBuf::from(part.as_os_str()))
        .collect()
}

/// A place as git takes it.
fn spec(place: &Path) -> &Path {
    if place.as_os_str().is_empty() {
        Path::new(".")
    } else {
        place
    }
}

fn lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    text.lines().map(str::to_owned).collect()
}

/// Git's own words, for a message.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

/// What is before each NUL byte.
fn fields(listed: &[u8]) -> impl Iterator<Item = &[u8]> {
    listed
        .split(|byte| *byte == 0)
        .filter(|field| !field.is_empty())
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a path is UTF-8")]
fn path(bytes: &[u8]) -> anyhow::Result<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(PathBuf::from(OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> anyhow::Result<PathBuf> {
    Ok(PathBuf::from(
        std::str::from_utf8(bytes).context("git names a file that is not UTF-8")?,
    ))
}
