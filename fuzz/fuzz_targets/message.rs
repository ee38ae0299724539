//! Messages of a session: what is read is written as the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::{block, plant};
use tiaoxi_ledger::{heartbeat::HEARTBEAT_BYTES_MAX, tree::PATH_NODES_MAX};
use tiaoxi_sync::{
    Message, Offer, Refusal, RefusalCode, Share, Subscribe,
    message::{CHARTER_MESSAGE_BYTES_MAX, FOLLOWER_MESSAGE_BYTES_MAX, MESSAGE_BYTES_MAX},
};

fn seeds() -> Vec<Vec<u8>> {
    [
        Message::Subscribe(Subscribe {
            charter: [1; 32],
            origin: "huzhou/wuxing/records/1".into(),
            size: 513,
            root: [2; 32],
            newest: b"note\n".to_vec(),
        }),
        Message::Held { size: 7, root: [3; 32] },
        Message::Offered(Offer { share: Share::Headers }),
        Message::Refused(Refusal::new(RefusalCode::TooFarAhead, "领先 3 条")),
        Message::Checkpoint(b"note\n".to_vec()),
        Message::Run { path: vec![[4; 32], [5; 32]], block: block(0, &[20, 30]).encode() },
        Message::Heartbeat(b"note\n".to_vec()),
        Message::AskCharters { version: 3, fingerprint: [6; 32] },
        Message::Charter(b"charter\n".to_vec()),
    ]
    .iter()
    .map(Message::encode)
    .collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(message) = Message::decode(bytes) else { return };
    let written = message.encode();
    assert_eq!(written, bytes);
    assert!(written.len() <= MESSAGE_BYTES_MAX);
    match message {
        Message::Subscribe(_) | Message::Held { .. } | Message::AskCharters { .. } => {
            assert!(written.len() <= FOLLOWER_MESSAGE_BYTES_MAX);
        }
        Message::Heartbeat(note) => assert!(note.len() <= HEARTBEAT_BYTES_MAX),
        Message::Charter(_) => assert!(written.len() <= CHARTER_MESSAGE_BYTES_MAX),
        Message::Run { path, .. } => assert!(path.len() <= PATH_NODES_MAX),
        _ => {}
    }
});
