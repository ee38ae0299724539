//! An import's progress as server-sent events (WHATWG HTML, section 9.2).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{sleep, timeout};

use super::imports::ImportPath;
use super::routes::ask;
use super::{SENDING_SILENCE_MAX, Shared};
use crate::code::{Code, ErrorClass};
use crate::service::ServiceError;
use crate::types::{ImportProgress, NodeState};

/// Pause between two looks at an import.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Pause after which a comment shows that the connection lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Proxies are told to pass events on at once.
const UNBUFFERED: [(HeaderName, &str); 1] = [(HeaderName::from_static("x-accel-buffering"), "no")];

/// Progress of an import, as it changes
///
/// Server-sent events: `progress` at once and whenever something changed (looked at four times a
/// second), `end` with the last progress once the import is `previewed`, `complete`, `interrupted`
/// or `expired`, then the connection closes. `fault` carries an error and closes too. Comments keep
/// the connection alive. A client that is cut off asks again.
#[utoipa::path(
    get, path = "/v1/imports/{digest}/events", tag = "imports", operation_id = "watch_import",
    params(ImportPath),
    responses((
        status = 200, content_type = "text/event-stream", body = String,
        description = "Events `progress` and `end` with an ImportProgress as data; `fault` with an ApiError.",
        example = "event: progress\ndata: {\"import\":\"9f…\",\"state\":\"running\",…}\n\n",
    ))
)]
pub(super) async fn events(
    State(shared): State<Shared>,
    path: ImportPath,
) -> Result<Response, ServiceError> {
    let permit = shared.watchers.clone().try_acquire_owned();
    let permit = permit.map_err(|_none_left| Code::TooManyWatchers)?;
    let digest = path.digest;
    let now = ask(shared.clone(), move |service| service.import_progress(&digest)).await?;
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(watch(shared, digest, now, Watcher { sender, _permit: permit }));
    let events = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|event| (Ok::<_, Infallible>(event), receiver))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok((UNBUFFERED, Sse::new(events).keep_alive(keep_alive)).into_response())
}

/// Somebody who watches; the place is free again once this is dropped.
struct Watcher {
    sender: mpsc::Sender<Event>,
    _permit: OwnedSemaphorePermit,
}

impl Watcher {
    /// Whether the event was taken: not when the watcher is gone or reads no more.
    async fn tell(&self, name: &str, data: &impl Serialize) -> bool {
        let event = Event::default().event(name).json_data(data);
        let event = event.expect("plain data becomes JSON on one line");
        matches!(timeout(SENDING_SILENCE_MAX, self.sender.send(event)).await, Ok(Ok(())))
    }
}

/// Ends with the import, the node or the watcher.
async fn watch(shared: Shared, digest: [u8; 32], now: ImportProgress, watcher: Watcher) {
    let mut shown = now;
    if !watcher.tell("progress", &shown).await {
        return;
    }
    while !shown.state.is_at_rest() {
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            () = watcher.sender.closed() => return,
        }
        if shared.service.health().state == NodeState::Stopping {
            return;
        }
        let asked = ask(shared.clone(), move |service| service.import_progress(&digest));
        match asked.await {
            Ok(now) if now != shown => {
                shown = now;
                if !watcher.tell("progress", &shown).await {
                    return;
                }
            }
            Ok(_) => {}
            // Busy for the moment: the next look will tell.
            Err(error) if error.class == ErrorClass::Unavailable => {}
            Err(error) => {
                watcher.tell("fault", &error.error).await;
                return;
            }
        }
    }
    watcher.tell("end", &shown).await;
}
