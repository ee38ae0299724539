//! The nodes as processes of their own.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use tiaoxi_api::{client::Client, types::NodeState};
use tiaoxi_federation::MemberId;
use tokio::signal::unix::{SignalKind, signal};

use super::founding::{Federation, Party};
use crate::{
    commands::{node_args::NodeArgs, output},
    links::LISTEN_ADDRESSES_FILE,
};

/// How long a node may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(20);

/// The running nodes. Whatever happens, none outlives this value.
pub(crate) struct Running {
    children: Vec<(MemberId, Child)>,
    clients: BTreeMap<MemberId, (String, Client)>,
    /// Where hubs and partners listen for members.
    listening: BTreeMap<MemberId, String>,
}

impl Running {
    /// Starts every node: hubs and partners first, each of whom dials those before it, then the
    /// counties, who dial their hub.
    pub(crate) fn start(federation: &Federation) -> anyhow::Result<Self> {
        let mut running =
            Self { children: Vec::new(), clients: BTreeMap::new(), listening: BTreeMap::new() };
        let hubs = federation.parties.iter().filter(|party| party.hub.is_none());
        for party in hubs {
            let listen = "listen = [\"/ip4/127.0.0.1/tcp/0\"]\nhttp = \"127.0.0.1:0\"\n";
            configure(party, &format!("{listen}{}", peers(running.listening.iter())))?;
            running.launch(party)?;
            let address = wait_for_file(&party.dir.join(LISTEN_ADDRESSES_FILE))?;
            let address = address.lines().next().context("a hub listens somewhere")?.to_owned();
            running.listening.insert(party.id.clone(), address);
        }
        for party in federation.parties.iter().filter(|party| party.hub.is_some()) {
            running.launch_county(party)?;
        }
        for party in &federation.parties {
            running.wait_until_ready(party)?;
        }
        Ok(running)
    }

    fn launch_county(&mut self, party: &Party) -> anyhow::Result<()> {
        let hub = party.hub.as_ref().and_then(|hub| self.listening.get_key_value(hub));
        configure(party, &format!("http = \"127.0.0.1:0\"\n{}", peers(hub.into_iter())))?;
        self.launch(party)
    }

    /// Starts a county that was stopped; it dials its hub.
    pub(crate) fn start_county(&mut self, party: &Party) -> anyhow::Result<()> {
        self.launch_county(party)?;
        self.wait_until_ready(party)
    }

    /// Starts a county that was stopped, and leaves it in the dark about where its hub is.
    pub(crate) fn start_apart(&mut self, party: &Party) -> anyhow::Result<()> {
        configure(party, "http = \"127.0.0.1:0\"\n")?;
        self.launch(party)?;
        self.wait_until_ready(party)
    }

    fn launch(&mut self, party: &Party) -> anyhow::Result<()> {
        let starting = || format!("starting {}", party.id);
        let log = File::create(party.dir.join("node.log")).with_context(starting)?;
        let program = std::env::current_exe().with_context(starting)?;
        let mut command = Command::new(program);
        command.arg("run").arg("--dir").arg(&party.dir).arg("--key-file").arg(&party.key_file);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.children.push((party.id.clone(), command.spawn().with_context(starting)?));
        Ok(())
    }

    fn wait_until_ready(&mut self, party: &Party) -> anyhow::Result<()> {
        let args = NodeArgs { dir: Some(party.dir.clone()), node: None };
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let address = fs::read_to_string(party.dir.join("api-address")).unwrap_or_default();
            if !address.is_empty() {
                let client = args.client()?;
                let ready = client.health().is_ok_and(|health| health.state == NodeState::Ready);
                if ready {
                    self.clients.insert(party.id.clone(), (address, client));
                    return Ok(());
                }
            }
            self.check_alive()?;
            thread::sleep(GLANCE);
        }
        bail!("{} did not become ready", party.id)
    }

    /// An error when a node has ended.
    pub(crate) fn check_alive(&mut self) -> anyhow::Result<()> {
        for (member, child) in &mut self.children {
            if let Some(status) = child.try_wait().context("looking after a node")? {
                bail!("the node of {member} ended with {status}");
            }
        }
        Ok(())
    }

    /// The API of a member.
    pub(crate) fn client(&self, member: &MemberId) -> anyhow::Result<&Client> {
        let found = self.clients.get(member).map(|(_, client)| client);
        found.ok_or_else(|| anyhow!("{member} is not running"))
    }

    /// Process id of every node.
    pub(crate) fn processes(&self) -> impl Iterator<Item = (&MemberId, u32)> {
        self.children.iter().map(|(member, child)| (member, child.id()))
    }

    /// Says where everything answers.
    pub(crate) fn tell_addresses(&self) {
        for (member, (address, _)) in &self.clients {
            output::note(&format!("  {member}: http://{address}"));
        }
        output::note("Interrupt (Ctrl-C) to stop the federation.");
    }

    /// Stops the node of one member in good order.
    pub(crate) fn stop_one(&mut self, member: &MemberId) -> anyhow::Result<()> {
        let running = self.children.iter().position(|(id, _)| id == member);
        let (_, mut child) = self.children.swap_remove(running.context("it is not running")?);
        self.clients.remove(member);
        terminate(&child);
        let stopped = wait_for_end(&mut child, Instant::now());
        if stopped.is_err() {
            // Ended already, or ended now; both are what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
        stopped
    }

    /// Stops every node in good order.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        for (_, child) in &self.children {
            terminate(child);
        }
        let began = Instant::now();
        self.children.iter_mut().try_for_each(|(_, child)| wait_for_end(child, began))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            // Ended already, or ended now; both are what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn wait_for_end(child: &mut Child, began: Instant) -> anyhow::Result<()> {
    while child.try_wait().context("waiting for a node")?.is_none() {
        if began.elapsed() > PATIENCE {
            bail!("a node did not stop in time");
        }
        thread::sleep(GLANCE);
    }
    Ok(())
}

fn terminate(child: &Child) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // A node that is gone needs no telling.
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// The part of a configuration that says where members are.
fn peers<'a>(listening: impl Iterator<Item = (&'a MemberId, &'a String)>) -> String {
    listening.fold("[peers]\n".to_owned(), |mut text, (member, address)| {
        text.extend([member.as_str(), " = [\"", address, "\"]\n"]);
        text
    })
}

fn configure(party: &Party, text: &str) -> anyhow::Result<()> {
    let path = party.dir.join(crate::config::CONFIG_FILE);
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

fn wait_for_file(path: &Path) -> anyhow::Result<String> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        match fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return Ok(text),
            _ => thread::sleep(GLANCE),
        }
    }
    bail!("{} did not appear", path.display())
}

/// Blocks until the user interrupts.
pub(crate) fn wait_for_interrupt() -> anyhow::Result<()> {
    let waiting = "waiting for an interrupt";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context(waiting)?.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).context(waiting)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.context(waiting),
            _ = terminate.recv() => Ok(()),
        }
    })
}
