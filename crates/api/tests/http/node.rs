//! A fake that is served on a port of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, mpsc};

use tiaoxi_api::server;
use tiaoxi_api::types::ImportState;
use tokio::sync::oneshot;

use crate::fake::{Fake, Importing, TOKEN, progress};

/// A served fake; ends when dropped.
pub(crate) struct Node {
    pub address: SocketAddr,
    pub fake: Arc<Fake>,
    pub read: mpsc::Receiver<Result<Vec<u8>, io::ErrorKind>>,
    pub go_on: Option<mpsc::Sender<()>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Node {
    pub(crate) fn start(importing: Importing) -> Self {
        let (sender, read) = mpsc::channel();
        let (go_on, waiting) = mpsc::channel();
        let fake = Arc::new(Fake {
            importing,
            read: Mutex::new(sender),
            go_on: Mutex::new(waiting),
            asked: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            heard: Mutex::default(),
            progress: Mutex::new([progress(ImportState::Running, 20)].into()),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, address) = mpsc::channel();
        let router = server::router(fake.clone(), server::token_hash(TOKEN));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let bound = tokio::net::TcpListener::bind("127.0.0.1:0").await;
                let listener = bound.expect("a free port");
                ready.send(listener.local_addr().expect("an address")).expect("awaited");
                server::serve(listener, router, async {
                    let _ended = stopped.await;
                })
                .await;
            });
        });
        let address = address.recv().expect("the server starts");
        let (stop, thread, go_on) = (Some(stop), Some(thread), Some(go_on));
        Self { address, fake, read, go_on, stop, thread }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn client(&self) -> tiaoxi_api::Client {
        tiaoxi_api::Client::new(&self.url(), TOKEN)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.go_on = None;
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server ends cleanly");
        }
    }
}
