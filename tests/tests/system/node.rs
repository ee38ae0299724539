//! One member as a process of its own: start, stop, kill, ask.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tiaoxi_api::{
    client::{Client, ClientError, ImportOptions},
    types::{Fault, ImportSummary, LogStatus, NodeState},
};

use crate::program::{self, until};

/// A member and its directory; its process while it runs.
pub(crate) struct Node {
    pub(crate) id: &'static str,
    pub(crate) dir: PathBuf,
    pub(crate) key_file: PathBuf,
    process: Option<Child>,
}

impl Node {
    pub(crate) fn new(id: &'static str, root: &Path) -> Self {
        let key_file = root.join(format!("{id}.secret"));
        Self { id, dir: root.join(id), key_file, process: None }
    }

    /// The log that its imports go to.
    pub(crate) fn log(&self) -> String {
        format!("huzhou/{}/records/1", self.id)
    }

    pub(crate) fn configure(&self, text: &str) {
        fs::write(self.dir.join("node.toml"), text).unwrap();
    }

    /// The log that withdraws and corrects what its imports brought.
    pub(crate) fn notices(&self) -> String {
        format!("huzhou/{}/notices/1", self.id)
    }

    /// Puts settings in front of those that the node has.
    pub(crate) fn configure_more(&self, text: &str) {
        let path = self.dir.join("node.toml");
        let before = fs::read_to_string(path).unwrap();
        self.configure(&format!("{text}\n{before}"));
    }

    /// Names of the sealed files of imports, without that of their keys.
    pub(crate) fn sealed_files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.join("imports")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name.ends_with(".sealed")).collect();
        names.sort();
        names
    }

    /// Files below the node's directory in which some bytes stand.
    pub(crate) fn files_with(&self, needle: &[u8]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut dirs = vec![self.dir.clone()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    dirs.push(path);
                // Files of a running node may go while they are looked for.
                } else if fs::read(&path).is_ok_and(|bytes| holds(&bytes, needle)) {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Arguments that name the node and what opens its keys.
    pub(crate) fn run_arguments(&self) -> Vec<String> {
        let [dir, key] = [&self.dir, &self.key_file].map(|path| path.display().to_string());
        ["run", "--dir", &dir, "--key-file", &key, "--log", "info,tiaoxi=debug,tiaoxi_api=info"]
            .map(str::to_owned)
            .to_vec()
    }

    /// Starts the process without waiting for it.
    pub(crate) fn spawn(&mut self) {
        assert!(self.process.is_none(), "{} runs already", self.id);
        let path = self.dir.join("node.log");
        let log = OpenOptions::new().create(true).append(true).open(path).unwrap();
        let mut command = program::command(self.run_arguments());
        self.process = Some(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
    }

    /// Starts the process and waits until it answers.
    pub(crate) fn start(&mut self) {
        self.spawn();
        self.wait_until_ready();
    }

    pub(crate) fn wait_until_ready(&mut self) {
        let process = self.process.as_mut().expect("the node was spawned");
        let (id, dir) = (self.id, &self.dir);
        until(&format!("{id} is ready"), || {
            if let Some(status) = process.try_wait().unwrap() {
                panic!("{id} ended with {status}:\n{}", log_tail(dir));
            }
            // Left over from an earlier start or of this one: whoever answers is asked who it is.
            let health = client(dir)?.health().ok()?;
            (health.state == NodeState::Ready && health.member == id).then_some(())
        });
    }

    /// Ends the process without warning.
    pub(crate) fn kill(&mut self) {
        let mut process = self.process.take().expect("the node runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Tells the process to stop; it must do so in good order.
    pub(crate) fn stop(&mut self) {
        let mut process = self.process.take().expect("the node runs");
        let pid = Pid::from_raw(i32::try_from(process.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let status = process.wait().unwrap();
        assert!(status.success(), "{} ended with {status}:\n{}", self.id, log_tail(&self.dir));
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| process.try_wait().unwrap().is_none())
    }

    /// The most memory that the process ever had.
    pub(crate) fn memory_peak_bytes(&self) -> u64 {
        let process = self.process.as_ref().expect("the node runs").id();
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kib * 1024
    }

    /// A client of the node, once it has said where it answers.
    pub(crate) fn try_client(&self) -> Option<Client> {
        client(&self.dir)
    }

    /// A client of the running node.
    pub(crate) fn client(&self) -> Client {
        client(&self.dir).expect("the node has said where it answers")
    }

    /// How a log stands at this node.
    pub(crate) fn log_status(&self, origin: &str) -> LogStatus {
        status_of(&self.client(), origin)
    }

    /// Runs `tiaoxi import` of a file of penalties at this node.
    pub(crate) fn import(&self, file: &Path) -> Output {
        self.import_command(file).output().unwrap()
    }

    /// The command line of an import.
    pub(crate) fn import_command(&self, file: &Path) -> std::process::Command {
        let mut command = program::command(["import", "--json", "--item", "xzcf", "--dir"]);
        command.arg(&self.dir).arg(file).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// What the node complains about, apart from the calendar: whether that ends soon is a
    /// question of the day on which the tests run.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = self.client().status().unwrap().faults;
        faults.retain(|fault| fault.code != "CALENDAR_ENDS");
        faults
    }

    /// Sends a file over HTTP.
    pub(crate) fn send(
        &self,
        file: &Path,
        options: &ImportOptions,
    ) -> Result<ImportSummary, ClientError> {
        self.client().import(file, options, &mut |_| {})
    }

    /// Imports a file; it must succeed.
    pub(crate) fn take_in(&self, file: &Path) -> ImportSummary {
        let output = self.import(file);
        assert!(output.status.success(), "{}", program::errors(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // Ended already, or ended now; both are what is wanted.
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            eprintln!("-- {}\n{}", self.id, log_tail(&self.dir));
        }
    }
}

/// How a log stands at the node of a client.
pub(crate) fn status_of(client: &Client, origin: &str) -> LogStatus {
    let logs = client.logs().unwrap();
    logs.into_iter().find(|log| log.origin == origin).expect("the node has the log")
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn client(dir: &Path) -> Option<Client> {
    let address = fs::read_to_string(dir.join("api-address")).ok()?;
    let token = fs::read_to_string(dir.join("api-token")).ok()?;
    Some(Client::new(&format!("http://{address}"), &token))
}

fn log_tail(dir: &Path) -> String {
    let log = fs::read_to_string(dir.join("node.log")).unwrap_or_default();
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
