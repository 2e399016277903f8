//! A headless Chromium, driven over its debugging protocol:
//! <https://chromedevtools.github.io/devtools-protocol/>.
//!
//! Its pipe (`--remote-debugging-pipe`) takes JSON that ends with a NUL on descriptor 3 and answers
//! on 4, so that no port and no web socket is needed.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Names under which it is installed.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// How long an answer may take before the test is over.
const PATIENCE: Duration = Duration::from_secs(120);

/// What it is started with: no sandbox, since root has none and the pages are our own.
const OPTIONS: [&str; 7] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

/// A browser with one page.
pub(crate) struct Chromium {
    child: Child,
    input: ChildStdin,
    output: Receiver<Value>,
    session: Option<String>,
    calls: u64,
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Starts the browser with an empty page. Where there is none, the test fails.
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().expect("a private folder");
        let search = NAMES.map(|name| format!("command -v {name}")).join(" || ");
        let script = format!(
            "browser=$({search}) || exit 127; exec \"$browser\" \"$@\" 3<&0 4>&1 </dev/null \
            >/dev/null 2>&1"
        );
        let mut child = Command::new("sh")
            .args([
                "-c",
                &script,
                "sh",
                &format!("--user-data-dir={}", profile.path().display()),
            ])
            .args(OPTIONS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let input = child.stdin.take().expect("its standard input");
        let mut reader = BufReader::new(child.stdout.take().expect("its standard output"));
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while reader.read_until(0, &mut message).is_ok_and(|n| n > 0) {
                message.pop();
                if sender
                    .send(serde_json::from_slice(&message).expect("JSON"))
                    .is_err()
                {
                    return;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            child,
            input,
            output,
            session: None,
            calls: 0,
            events: Vec::new(),
            _profile: profile,
        };
        let target =
            browser.call("Target.createTarget", &json!({ "url": "about:blank" }))["targetId"]
                .clone();
        let attached = browser.call(
            "Target.attachToTarget",
            &json!({ "targetId": target, "flatten": true }),
        );
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log", "DOM", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// What a method answers.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut line = message.to_string().into_bytes();
        line.push(0);
        let sent = self
            .input
            .write_all(&line)
            .and_then(|()| self.input.flush());
        assert!(
            sent.is_ok(),
            "Chromium does not run; is it installed? (apt-get install chromium)"
        );
        loop {
            let answer = self.next();
            if answer["id"] == json!(self.calls) {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// The next message; events are kept.
    fn next(&mut self) -> Value {
        let message = self
            .output
            .recv_timeout(PATIENCE)
            .expect("Chromium answers; is it installed? (apt-get install chromium)");
        if message.get("method").is_some() {
            self.events.push(message.clone());
        }
        message
    }

    /// The parameters of the events of a name since the page was opened.
    pub(crate) fn events(&self, method: &str) -> Vec<&Value> {
        self.events
            .iter()
            .filter(|event| event["method"] == method)
            .map(|event| &event["params"])
            .collect()
    }

    /// Opens a file and waits until it is loaded.
    pub(crate) fn open(&mut self, path: &Path) {
        self.events.clear();
        let url = format!("file://{}", path.display());
        self.call("Page.navigate", &json!({ "url": url }));
        while self.events("Page.loadEventFired").is_empty() {
            self.next();
        }
    }

    /// What a script in the page gives; a promise is waited for.
    pub(crate) fn eval(&mut self, script: &str) -> Value {
        let params = json!({ "expression": script, "returnByValue": true, "awaitPromise": true, "userGesture": true });
        let result = self.call("Runtime.evaluate", &params);
        assert!(
            result.get("exceptionDetails").is_none(),
            "{script}: {result}"
        );
        result["result"]["value"].clone()
    }

    /// What a script gives, as text.
    pub(crate) fn text(&mut self, script: &str) -> String {
        self.eval(script).as_str().expect("text").to_owned()
    }

    /// What a script gives, as a whole number.
    pub(crate) fn number(&mut self, script: &str) -> i64 {
        self.eval(script).as_i64().expect("a whole number")
    }

    /// Presses and releases a key.
    pub(crate) fn press(&mut self, key: &str) {
        let text = if key == "Enter" { "\r" } else { "" };
        let code = if key == "Tab" { 9 } else { 13 };
        for kind in ["keyDown", "keyUp"] {
            let typed = if kind == "keyDown" { text } else { "" };
            self.call(
                "Input.dispatchKeyEvent",
                &json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": typed }),
            );
        }
    }

    /// Light or dark, screen or print.
    pub(crate) fn media(&mut self, media: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({ "media": media, "features": features }),
        );
    }

    /// A window of so many CSS pixels.
    pub(crate) fn window(&mut self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self
            .input
            .write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        // Its end of the pipe closes when it has put its own processes away.
        while self.output.recv_timeout(Duration::from_secs(10)).is_ok() {}
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
