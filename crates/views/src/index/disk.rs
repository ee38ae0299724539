//! What the index keeps on disk, and the order in which it changes: the key of a run first, then
//! its file, then the manifest that names it; in the other direction the manifest first, then the
//! key, then the file. Whatever a crash leaves behind is named by no manifest and is swept at open.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tiaoxi_vault::{Key, KeyFile, durable};

use super::IndexError;
use super::manifest::Manifest;
use super::run::{Run, RunInfo, RunWriter};

/// The files of the index. Whoever changes them holds the one lock around this.
pub(super) struct Disk {
    dir: PathBuf,
    manifest_key: Key,
    keys: KeyFile,
    manifest: Manifest,
    /// Slots of the runs in the manifest and of those being written.
    slots: BTreeSet<u64>,
}

impl Disk {
    /// Opens the directory, made where it is missing, and everything that the manifest names.
    pub(super) fn open(dir: &Path, master: &Key) -> Result<(Self, Vec<Run>), IndexError> {
        fs::create_dir_all(dir).map_err(IndexError::io("creating", dir))?;
        let keys = open_keys(dir, master)?;
        let manifest_key = master.derive("tiaoxi index manifest");
        let manifest = Manifest::read(&dir.join("manifest"), &manifest_key)?.unwrap_or_default();
        let slots = manifest.runs.iter().map(|run| run.slot).collect();
        let disk = Self { dir: dir.to_path_buf(), manifest_key, keys, manifest, slots };
        disk.sweep()?;
        let runs = disk.manifest.runs.iter().map(|info| disk.open_run(*info));
        let runs = runs.collect::<Result<Vec<_>, _>>()?;
        Ok((disk, runs))
    }

    /// Destroys every key and removes every file of the index at `dir`.
    pub(super) fn destroy(dir: &Path, master: &Key) -> Result<(), IndexError> {
        if !dir.exists() {
            return Ok(());
        }
        let keys = open_keys(dir, master)?;
        for slot in 0..keys.slots().map_err(IndexError::Keys)? {
            keys.destroy(slot).map_err(IndexError::Keys)?;
        }
        keys.sync().map_err(IndexError::Keys)?;
        fs::remove_dir_all(dir).map_err(IndexError::io("removing", dir))
    }

    /// Up to where each log is in the runs.
    pub(super) fn applied(&self) -> &BTreeMap<u32, u64> {
        &self.manifest.applied
    }

    fn open_run(&self, info: RunInfo) -> Result<Run, IndexError> {
        let key = self.keys.get(info.slot).map_err(IndexError::Keys)?;
        let missing = || IndexError::damaged(format!("the key of run {} is gone", info.number));
        Run::open(&self.dir, info, key.ok_or_else(missing)?)
    }

    /// Ends the keys and files of runs that no manifest names.
    fn sweep(&self) -> Result<(), IndexError> {
        let slots = self.keys.slots().map_err(IndexError::Keys)?;
        for slot in (0..slots).filter(|slot| !self.slots.contains(slot)) {
            self.keys.destroy(slot).map_err(IndexError::Keys)?;
        }
        self.keys.sync().map_err(IndexError::Keys)?;
        let named: BTreeSet<_> =
            self.manifest.runs.iter().map(|run| RunInfo::path(&self.dir, run.number)).collect();
        for entry in fs::read_dir(&self.dir).map_err(IndexError::io("listing", &self.dir))? {
            let path = entry.map_err(IndexError::io("listing", &self.dir))?.path();
            if path.extension().is_some_and(|ext| ext == "run") && !named.contains(&path) {
                fs::remove_file(&path).map_err(IndexError::io("removing", &path))?;
            }
        }
        Ok(())
    }

    /// Starts a run under a fresh key, durable in a free slot.
    pub(super) fn begin_run(&mut self) -> Result<RunWriter, IndexError> {
        let slot = (0..u64::MAX).find(|slot| !self.slots.contains(slot)).expect("runs are few");
        let number = self.manifest.next_run;
        let key = Key::random();
        self.keys.put(slot, &key).map_err(IndexError::Keys)?;
        self.keys.sync().map_err(IndexError::Keys)?;
        self.slots.insert(slot);
        self.manifest.next_run += 1;
        let created = RunWriter::create(&self.dir, number, slot, key);
        if created.is_err() {
            self.abandon(slot, number);
        }
        created
    }

    /// Ends a run that was begun and is in no manifest. Best effort: the next open sweeps.
    pub(super) fn abandon(&mut self, slot: u64, number: u64) {
        // The key must be gone before the slot is given out again; if it can't be destroyed, the
        // slot stays taken.
        if self.keys.destroy(slot).and_then(|()| self.keys.sync()).is_ok() {
            self.slots.remove(&slot);
        }
        let _left_for_the_sweep = fs::remove_file(RunInfo::path(&self.dir, number));
    }

    /// Makes `added` part of the index and takes `removed` out, durably, in one step. `applied`
    /// replaces how far each log is included, where it is given.
    pub(super) fn commit(
        &mut self,
        added: Option<RunInfo>,
        removed: &[RunInfo],
        applied: Option<BTreeMap<u32, u64>>,
    ) -> Result<(), IndexError> {
        let mut next = self.manifest.clone();
        next.runs.retain(|run| !removed.contains(run));
        next.runs.extend(added);
        if let Some(applied) = applied {
            next.applied = applied;
        }
        durable::sync_dir(&self.dir).map_err(IndexError::io("syncing", &self.dir))?;
        next.write(&self.dir.join("manifest"), &self.manifest_key)?;
        self.manifest = next;
        Ok(())
    }

    /// Destroys the keys of runs that [`Disk::commit`] took out, then removes their files.
    pub(super) fn discard(&mut self, removed: &[RunInfo]) -> Result<(), IndexError> {
        for run in removed {
            self.keys.destroy(run.slot).map_err(IndexError::Keys)?;
        }
        self.keys.sync().map_err(IndexError::Keys)?;
        for run in removed {
            self.slots.remove(&run.slot);
            let path = RunInfo::path(&self.dir, run.number);
            fs::remove_file(&path).map_err(IndexError::io("removing", &path))?;
        }
        Ok(())
    }
}

fn open_keys(dir: &Path, master: &Key) -> Result<KeyFile, IndexError> {
    KeyFile::open(&dir.join("keys"), master.derive("tiaoxi index keys"), "index")
        .map_err(IndexError::Keys)
}
