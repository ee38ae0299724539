//! A byte stream in memory that a test can hold up and cut.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker, ready},
};

use futures::{AsyncRead, AsyncWrite};
use tokio::io::DuplexStream;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

/// Bytes that may be on their way in each direction.
const BUFFER_BYTES: usize = 8 * 1024;

/// Holds up or cuts what one end of a pipe writes.
#[derive(Clone, Default)]
pub(crate) struct Valve(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Bytes that still go through; none is held up without a limit.
    limit: Option<usize>,
    written: usize,
    is_cut: bool,
    held_up: Option<Waker>,
}

impl Valve {
    /// Lets everything through.
    pub(crate) fn open() -> Self {
        Self::default()
    }

    /// Holds up what is behind so many bytes.
    pub(crate) fn after(bytes: usize) -> Self {
        let valve = Self::default();
        valve.0.lock().unwrap().limit = Some(bytes);
        valve
    }

    /// Bytes that went through.
    pub(crate) fn written(&self) -> usize {
        self.0.lock().unwrap().written
    }

    /// Waits until there is something to hold up.
    pub(crate) async fn holds_up(&self) {
        while self.0.lock().unwrap().held_up.is_none() {
            tokio::task::yield_now().await;
        }
    }

    /// Lets everything through from now on.
    pub(crate) fn release(&self) {
        self.change(|state| state.limit = None);
    }

    /// Nothing more can be written.
    pub(crate) fn cut(&self) {
        self.change(|state| state.is_cut = true);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.lock().unwrap();
        change(&mut state);
        if let Some(held_up) = state.held_up.take() {
            held_up.wake();
        }
    }
}

/// One end of a pipe.
pub(crate) struct End {
    inner: Compat<DuplexStream>,
    valve: Valve,
}

/// A pipe with a valve at each end.
pub(crate) fn pipe(left: Valve, right: Valve) -> (End, End) {
    let (one, other) = tokio::io::duplex(BUFFER_BYTES);
    (End { inner: one.compat(), valve: left }, End { inner: other.compat(), valve: right })
}

impl AsyncRead for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_read(cx, into)
    }
}

impl AsyncWrite for End {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let valve = self.valve.clone();
        let mut state = valve.0.lock().unwrap();
        if state.is_cut {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let room = state.limit.map_or(usize::MAX, |limit| limit - state.written).min(bytes.len());
        if room == 0 && !bytes.is_empty() {
            state.held_up = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &bytes[..room]))?;
        state.written += written;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(cx)
    }
}
