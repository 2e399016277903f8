//! Git, run as a program and without a shell: asked for names between NUL bytes and for exit codes.
//! Its sentences are passed on and never read. It writes nothing, and finds its repository as it
//! does for whoever types it here.

use crate::files::resolved;
use anyhow::{Context as _, bail};
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What to do where the history is not there that is needed.
const FETCH: &str = "fetch the whole history: `fetch-depth: 0` for actions/checkout, \
    `GIT_DEPTH: 0` in GitLab, else `git fetch --unshallow`";

/// The repository of the current folder.
pub(super) struct Git {
    /// the top of its work tree
    top: PathBuf,
}

/// What a commit has at a place.
pub(super) struct TreeEntry {
    /// git's six digits for what it is
    mode: String,
    /// the hash of its content
    pub(super) id: String,
    /// seen from the top
    pub(super) path: PathBuf,
}

impl TreeEntry {
    pub(super) fn is_file(&self) -> bool {
        self.mode.starts_with("100")
    }

    pub(super) fn is_link(&self) -> bool {
        self.mode == "120000"
    }
}

/// A file that git says differs between a commit and the work tree; paths are seen from the top.
pub(super) struct Differing {
    pub(super) path: PathBuf,
    /// of a renamed one, its path before
    pub(super) from: Option<PathBuf>,
}

impl Git {
    /// Finds the repository.
    pub(super) fn here() -> anyhow::Result<Self> {
        let found = run(Path::new("."), &["rev-parse", "--show-toplevel"])?;
        if !found.status.success() {
            bail!(
                "--changed-since: the current folder is in no work tree of git: {}",
                said(&found)
            );
        }
        let line = found.stdout.strip_suffix(b"\n").unwrap_or(&found.stdout);
        Ok(Self { top: path(line)? })
    }

    /// The top of the work tree.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// A path that exists as seen from the top; none for one elsewhere. Links outside the work tree
    /// are followed; one inside it is an error, as git tells where it leads, and not whether what
    /// stands there is what stood where it led.
    pub(super) fn place(&self, path: &Path) -> anyhow::Result<Option<PathBuf>> {
        let parts = |path: &Path| {
            path.components()
                .rev()
                .map(|part| PathBuf::from(part.as_os_str()))
                .collect::<Vec<_>>()
        };
        let unknown = || format!("--changed-since: cannot tell where {} is", path.display());
        let mut reached = Path::new(".").canonicalize().with_context(unknown)?;
        let mut rest = parts(path);
        while let Some(part) = rest.pop() {
            if part == Path::new("..") {
                reached.pop();
                continue;
            }
            let next = reached.join(part);
            if !next.symlink_metadata().with_context(unknown)?.is_symlink() {
                reached = next;
            } else if let Some(place) = self.below_top(&reached) {
                let (path, link) = (
                    path.display(),
                    place.join(next.file_name().unwrap_or_default()),
                );
                bail!(
                    "--changed-since: {path} is reached by the symbolic link {}: name what it \
                    leads to",
                    link.display()
                );
            } else {
                rest.extend(parts(&next.read_link().with_context(unknown)?));
            }
        }
        Ok(self.below_top(&reached))
    }

    /// The same of a path without links.
    fn below_top(&self, path: &Path) -> Option<PathBuf> {
        resolved(path)
            .strip_prefix(resolved(&self.top))
            .ok()
            .map(Path::to_owned)
    }

    /// A path that need not exist, given from the top or whole, as seen from the top; none for one
    /// elsewhere.
    pub(super) fn lexical(&self, path: &Path) -> Option<PathBuf> {
        let mut place = PathBuf::new();
        for part in path
            .strip_prefix(resolved(&self.top))
            .unwrap_or(path)
            .components()
        {
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
        // 1 says that there is none.
        let found = run(&self.top, &["merge-base", "--all", commit.as_str(), "HEAD"])?;
        let bases: Vec<String> = String::from_utf8_lossy(&found.stdout)
            .lines()
            .map(str::to_owned)
            .collect();
        if !found.status.success() && found.status.code() != Some(1) {
            bail!(
                "--changed-since {since}: git finds no commit that HEAD has in common with it: {}",
                said(&found)
            );
        }
        let is_shallow = self
            .ask(&["rev-parse", "--is-shallow-repository"])?
            .trim_ascii()
            != b"false";
        if bases.is_empty() {
            bail!(
                "--changed-since {since}: HEAD has no commit in common with it{}",
                if is_shallow {
                    format!("; {FETCH}")
                } else {
                    String::new()
                }
            );
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

    /// What a commit has at a place; none where nothing stands there.
    pub(super) fn entry(&self, commit: &str, place: &Path) -> anyhow::Result<Option<TreeEntry>> {
        Ok(self
            .listed(commit, place)?
            .into_iter()
            .find(|entry| entry.path == place))
    }

    /// What a commit has in a folder itself.
    pub(super) fn entries(&self, commit: &str, folder: &Path) -> anyhow::Result<Vec<TreeEntry>> {
        let entries = self.listed(commit, &folder.join(""))?.into_iter();
        Ok(entries
            .filter(|entry| entry.path.parent() == Some(folder))
            .collect())
    }

    fn listed(&self, commit: &str, spec: &Path) -> anyhow::Result<Vec<TreeEntry>> {
        let args = [
            OsStr::new("ls-tree"),
            "-z".as_ref(),
            "--full-tree".as_ref(),
            commit.as_ref(),
            "--".as_ref(),
        ];
        let spec = (!spec.as_os_str().is_empty()).then_some(spec.as_os_str());
        let entry = |line: &[u8]| {
            let tab = line
                .iter()
                .position(|byte| *byte == b'\t')
                .context("git ls-tree gave a line without a tab")?;
            let said = String::from_utf8_lossy(&line[..tab]).into_owned();
            let [mode, _, id] = said.split(' ').collect::<Vec<_>>()[..] else {
                bail!("git ls-tree gave a line without a hash")
            };
            Ok(TreeEntry {
                mode: mode.to_owned(),
                id: id.to_owned(),
                path: path(&line[tab + 1..])?,
            })
        };
        fields(&self.ask(&args.into_iter().chain(spec).collect::<Vec<_>>())?)
            .map(entry)
            .collect()
    }

    /// The submodule that a folder is in, or is, at a commit or in the index.
    pub(super) fn submodule<'p>(
        &self,
        commit: &str,
        folder: &'p Path,
    ) -> anyhow::Result<Option<&'p Path>> {
        for above in folder
            .ancestors()
            .filter(|above| !above.as_os_str().is_empty())
        {
            let is_one = self
                .entry(commit, above)?
                .is_some_and(|entry| entry.mode == "160000");
            // The index has files and submodules, and no folders.
            let mut indexed = OsString::from(":0:");
            indexed.push(above);
            let args = [
                OsStr::new("rev-parse"),
                "--verify".as_ref(),
                "--quiet".as_ref(),
                "--end-of-options".as_ref(),
                &indexed,
            ];
            if is_one || run(&self.top, &args)?.status.success() {
                return Ok(Some(above));
            }
        }
        Ok(None)
    }

    /// The hashes of what files hold, byte by byte as they stand, links followed: neither an index
    /// nor a filter has a say.
    pub(super) fn hashes(&self, places: &[PathBuf]) -> anyhow::Result<Vec<String>> {
        let mut found = Vec::new();
        for some in places.chunks(200) {
            let args = ["hash-object", "--no-filters", "--"]
                .into_iter()
                .map(OsStr::new);
            let said = self.ask(
                &args
                    .chain(some.iter().map(|place| place.as_os_str()))
                    .collect::<Vec<_>>(),
            )?;
            found.extend(String::from_utf8_lossy(&said).lines().map(str::to_owned));
        }
        if found.len() != places.len() {
            bail!(
                "--changed-since: git hash-object gave {} hashes of {} files",
                found.len(),
                places.len()
            );
        }
        Ok(found)
    }

    /// The files at a place of which git says that they differ between a commit and the work tree,
    /// those left out that it does not know: for names only, as filters, its index and its settings
    /// have a say.
    pub(super) fn differing(&self, commit: &str, place: &Path) -> anyhow::Result<Vec<Differing>> {
        let spec = if place.as_os_str().is_empty() {
            OsStr::new(".")
        } else {
            place.as_os_str()
        };
        let args = [
            "diff",
            "--name-status",
            "-z",
            "--find-renames",
            "--no-ext-diff",
            "--ignore-submodules=none",
            commit,
            "--",
        ];
        let listed = self.ask(
            &args
                .iter()
                .map(OsStr::new)
                .chain([spec])
                .collect::<Vec<_>>(),
        )?;
        let mut fields = fields(&listed);
        let mut found = Vec::new();
        while let Some(status) = fields.next() {
            let mut next = || {
                fields
                    .next()
                    .context("git diff gave a status without a path")
                    .and_then(path)
            };
            let from = if matches!(status[0], b'R' | b'C') {
                Some(next()?)
            } else {
                None
            };
            found.push(Differing {
                from,
                path: next()?,
            });
        }
        Ok(found)
    }

    /// The files at a place that git was told not to look at, by `update-index --assume-unchanged`
    /// or `--skip-worktree`.
    pub(super) fn unlooked(&self, place: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let spec = if place.as_os_str().is_empty() {
            OsStr::new(".")
        } else {
            place.as_os_str()
        };
        let listed = self.ask(&[
            OsStr::new("ls-files"),
            "-z".as_ref(),
            "-v".as_ref(),
            "--".as_ref(),
            spec,
        ])?;
        let told =
            fields(&listed).filter(|field| field[0].is_ascii_lowercase() || field[0] == b'S');
        told.map(|field| {
            path(
                field
                    .get(2..)
                    .context("git ls-files gave a tag without a path")?,
            )
        })
        .collect()
    }

    /// The text with a hash; none where it is not UTF-8.
    pub(super) fn text(&self, id: &str) -> anyhow::Result<Option<String>> {
        Ok(String::from_utf8(self.ask(&["cat-file", "blob", id])?).ok())
    }

    /// The commit that a revision names; none where it names none. It is never taken for an option.
    fn commit(&self, revision: &str) -> anyhow::Result<Option<String>> {
        let found = run(
            &self.top,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &format!("{revision}^{{commit}}"),
            ],
        )?;
        Ok(found
            .status
            .success()
            .then(|| String::from_utf8_lossy(&found.stdout).trim().to_owned()))
    }

    /// What git answers; an error where it does not succeed.
    fn ask(&self, args: &[impl AsRef<OsStr>]) -> anyhow::Result<Vec<u8>> {
        let found = run(&self.top, args)?;
        if !found.status.success() {
            bail!(
                "--changed-since: git {} failed: {}",
                args[0].as_ref().display(),
                said(&found)
            );
        }
        Ok(found.stdout)
    }
}

/// Runs git in a folder. It takes paths as they are, gives objects as they are and not what `git
/// replace` put in their place, and leaves even its index alone.
fn run(folder: &Path, args: &[impl AsRef<OsStr>]) -> anyhow::Result<Output> {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["--no-optional-locks", "--literal-pathspecs"])
        .args(args)
        .stdin(Stdio::null());
    command.env("GIT_NO_REPLACE_OBJECTS", "1");
    command
        .output()
        .context("--changed-since: git cannot be run")
}

/// Git's own words, for a message.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

/// What stands before each NUL byte.
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
