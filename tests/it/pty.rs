//! A pseudo-terminal to run commands on, and what is on its screen.

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Rows of the screen: enough that nothing leaves it.
const ROWS: u16 = 400;

/// How long a test waits for something to change on the screen before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What of a process is connected to the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    /// standard output, without the progress that a busy machine would add
    Report,
    /// standard output and error
    Output,
    /// these and standard input
    All,
    /// standard error
    Errors,
}

/// Both ends of a new terminal: the person's, and the one that programs use.
pub(crate) fn pair() -> (File, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours)
        .and_then(|()| unlockpt(&ours))
        .expect("it can be opened");
    let name = ptsname(&ours, Vec::new()).expect("a name");
    let theirs = File::options()
        .read(true)
        .write(true)
        .open(OsStr::from_bytes(name.as_bytes()))
        .expect("opens");
    (File::from(ours), theirs)
}

/// A process on a terminal.
pub(crate) struct Terminal {
    keys: File,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    reader: JoinHandle<()>,
    child: Child,
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    is_over: bool,
}

/// What was to be seen when the process was over.
pub(crate) struct Shown {
    pub(crate) code: Option<i32>,
    /// the lines of the screen
    pub(crate) screen: String,
    /// all that was written to it
    pub(crate) raw: String,
}

impl Terminal {
    /// Runs `command` on a terminal of so many columns; what is not connected to it is left as
    /// `command` has it.
    pub(crate) fn run(mut command: Command, columns: u16, on: On) -> Self {
        let (master, theirs) = pair();
        tcsetwinsize(
            &master,
            Winsize {
                ws_row: ROWS,
                ws_col: columns,
                ws_xpixel: 0,
                ws_ypixel: 0,
            },
        )
        .expect("it has a size");
        let side = || Stdio::from(theirs.try_clone().expect("another handle"));
        command
            .env("TERM", "xterm-256color")
            .stderr(if on == On::Report {
                Stdio::null()
            } else {
                side()
            });
        if on != On::Errors {
            command.stdout(side());
        }
        if on == On::All {
            command.stdin(side());
        }
        let child = command.spawn().expect("it runs");
        // The command holds this side open too, and reading would not end.
        drop((command, theirs));
        let places = |n| NonZero::new(n).expect("a screen has places");
        let parser = vt100::Parser::new(places(ROWS), places(columns), 0);
        let seen = Arc::new((
            Mutex::new(Seen {
                parser,
                raw: Vec::new(),
                is_over: false,
            }),
            Condvar::new(),
        ));
        let (keys, shown) = (
            master.try_clone().expect("another handle"),
            Arc::clone(&seen),
        );
        let reader = thread::spawn(move || read(master, &shown));
        Self {
            keys,
            seen,
            reader,
            child,
        }
    }

    /// Waits until the screen shows what is asked for.
    pub(crate) fn wait_for(&self, is_it: impl Fn(&str) -> bool) -> String {
        let (seen, changed) = &*self.seen;
        let mut seen = seen.lock().expect("the reader is well");
        loop {
            let screen = seen.parser.screen().contents();
            if is_it(&screen) {
                return screen;
            }
            assert!(
                !seen.is_over,
                "it is over before that is seen; there were\n{}",
                String::from_utf8_lossy(&seen.raw)
            );
            let (next, waited) = changed
                .wait_timeout(seen, PATIENCE)
                .expect("the reader is well");
            seen = next;
            assert!(
                !waited.timed_out(),
                "nothing more comes; there were\n{}",
                String::from_utf8_lossy(&seen.raw)
            );
        }
    }

    /// Types on the keyboard.
    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("typed");
    }

    /// The other end of a pipe that is its standard input.
    pub(crate) fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("a pipe")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub(crate) fn finish(mut self) -> Shown {
        let code = self.child.wait().expect("it ends").code();
        drop(self.keys);
        self.reader.join().expect("the reader is well");
        let seen = self.seen.0.lock().expect("the reader is well");
        let raw = String::from_utf8(seen.raw.clone()).expect("UTF-8");
        Shown {
            code,
            screen: seen.parser.screen().contents(),
            raw,
        }
    }
}

/// Reads until nobody has the other side open.
fn read(mut from: File, (seen, changed): &(Mutex<Seen>, Condvar)) {
    let mut buffer = [0; 4096];
    loop {
        // Linux says that there is no other side by an error.
        let read = from.read(&mut buffer).unwrap_or(0);
        let mut seen = seen.lock().expect("no test holds it while it fails");
        if read == 0 {
            seen.is_over = true;
            changed.notify_all();
            return;
        }
        seen.parser.process(&buffer[..read]);
        seen.raw.extend(&buffer[..read]);
        changed.notify_all();
    }
}
