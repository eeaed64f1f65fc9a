//! A server as a user starts it, and clients of its DS8000 that share nothing with the product.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::common::dasdlab;

/// The array of [`site`].
const SERIAL: &str = "75ABC01";

/// A DS8000 with so many sources in LSS 10 and as many targets in LSS 11.
pub(crate) fn site(folder: &Path, volumes: usize) -> PathBuf {
    let text = format!(
        r#"format = 1
arrays = [{{ serial = "{SERIAL}", family = "ds8000", code_level = "88.10.1.0", features = ["flashcopy"], copy_rate = 100000, lss = [{{ id = "10", cu_ssid = "2410" }}, {{ id = "11", cu_ssid = "2411" }}] }}]
volumes = [
  {{ array = "{SERIAL}", lss = "10", ua = "00", count = {volumes}, volser = "SRC{{001}}", model = "3390-1" }},
  {{ array = "{SERIAL}", lss = "11", ua = "00", count = {volumes}, volser = "TGT{{001}}", model = "3390-1" }},
]
"#
    );
    let path = folder.join("site.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// A server that runs.
pub(crate) struct Served {
    child: Child,
    array: String,
}

impl Served {
    /// Starts the binary with these arguments and waits until its arrays can be reached.
    pub(crate) fn start(folder: &Path, args: &[&str]) -> Self {
        let mut command = dasdlab(folder);
        command.arg("serve").args(args).arg("--http");
        Self::started(command)
    }

    /// The same where no file can grow beyond so many KiB, as on a disk that is full.
    pub(crate) fn start_cramped(folder: &Path, kib: u32, args: &[&str]) -> Self {
        let mut command = Command::new("bash");
        let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
        command.args(["-c", &script]).arg(dasdlab(folder).get_program()).arg("serve").args(args).arg("--http");
        Self::started(command)
    }

    fn started(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let array = said["arrays"][0]["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
        Self { child, array }
    }

    pub(crate) fn array(&self) -> String {
        self.array.clone()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Kills it, as a power failure of its machine would; says whether it still ran.
    pub(crate) fn kill(mut self) -> bool {
        let ran = self.child.try_wait().unwrap().is_none();
        self.signal(Signal::KILL);
        self.child.wait().unwrap();
        ran
    }

    /// Asks it to terminate; says its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.child.wait().unwrap().code()
    }

    /// Waits until it ends by itself; says its exit code.
    pub(crate) fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// The memory that it has, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

/// A connection that is used again and again.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Client {
    pub(crate) fn connect(address: &str, token: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: token.to_owned() })
    }

    /// A token of the array.
    pub(crate) fn log_in(address: &str) -> std::io::Result<String> {
        let mut client = Self::connect(address, "")?;
        let body = json!({ "request": { "params": { "username": "dasdlab", "password": "dasdlab" } } });
        let (_, said) = client.ask("POST", "/api/v1/tokens", &body.to_string())?;
        Ok(said["token"]["token"].as_str().unwrap_or_default().to_owned())
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: &str) -> std::io::Result<(u16, Value)> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {}\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
        let mut length = 0;
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(broken());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    /// Establishes or withdraws the pair of this number.
    pub(crate) fn order(&mut self, pair: usize, establish: bool) -> std::io::Result<()> {
        let (status, said) = if establish {
            let pairs = json!([{ "source_volume": format!("10{pair:02X}"), "target_volume": format!("11{pair:02X}") }]);
            let params = json!({ "volume_pairs": pairs, "options": ["persistent"] });
            self.ask("POST", "/api/v1/cs/flashcopies", &json!({ "request": { "params": params } }).to_string())?
        } else {
            self.ask("DELETE", &format!("/api/v1/cs/flashcopies/10{pair:02X}:11{pair:02X}"), "")?
        };
        if status == 503 {
            return Err(std::io::Error::other("the server is stopping"));
        }
        assert!((200..300).contains(&status), "pair {pair}, establish {establish}: {status} {said}");
        Ok(())
    }
}

/// What the journal in a directory says of each pair: the orders in turn, true for an establish.
pub(crate) fn kept(state: &Path) -> BTreeMap<usize, Vec<bool>> {
    let mut kept: BTreeMap<usize, Vec<bool>> = BTreeMap::new();
    let journal = std::fs::read(state.join("journal")).unwrap();
    for line in journal.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n")) {
        let line: Value = serde_json::from_slice(&line[17..]).unwrap();
        let order = &line["order"]["order"]["ds8000"];
        for (word, establish) in [("establish", true), ("withdraw", false)] {
            for pair in order[word]["pairs"].as_array().into_iter().flatten() {
                let target = pair[1].as_str().unwrap();
                let number = usize::from_str_radix(target.rsplit('/').next().unwrap(), 16).unwrap();
                kept.entry(number).or_default().push(establish);
            }
        }
    }
    kept
}
