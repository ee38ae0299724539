//! The messages of a session.

use serde_json::Value;
use tiaoxi_sync::{Message, Offer, Refusal, Share, Subscribe};

use crate::read::{array, bytes, each, hashes, number, text, vectors};

fn message(vector: &Value) -> Message {
    match text(&vector["type"]) {
        "subscribe" => Message::Subscribe(Subscribe {
            charter: array(&vector["charter"]),
            origin: text(&vector["origin"]).to_owned(),
            size: number(&vector["size"]),
            root: array(&vector["root"]),
            newest: text(&vector["newest"]).as_bytes().to_vec(),
        }),
        "held" => Message::Held { size: number(&vector["size"]), root: array(&vector["root"]) },
        "offered" => Message::Offered(Offer {
            share: if vector["share"] == "bodies" { Share::Bodies } else { Share::Headers },
        }),
        "refused" => {
            let Message::Refused(refusal) =
                Message::decode(&[17, number(&vector["code"])]).unwrap()
            else {
                panic!("type 17 is a refusal")
            };
            assert_eq!(refusal.code.name(), text(&vector["name"]));
            Message::Refused(Refusal::new(refusal.code, text(&vector["reason"])))
        }
        "checkpoint" => Message::Checkpoint(text(&vector["note"]).as_bytes().to_vec()),
        "heartbeat" => Message::Heartbeat(text(&vector["note"]).as_bytes().to_vec()),
        "ask-charters" => Message::AskCharters {
            version: number(&vector["version"]),
            fingerprint: array(&vector["fingerprint"]),
        },
        "charter" => Message::Charter(text(&vector["note"]).as_bytes().to_vec()),
        "run" => Message::Run { path: hashes(&vector["path"]), block: bytes(&vector["block"]) },
        other => panic!("no message of type {other}"),
    }
}

#[test]
fn messages_have_the_bytes_of_the_vectors() {
    let file = vectors("messages");
    for vector in each(&file["messages"]) {
        let frame = bytes(&vector["frame"]);
        let (length, rest) = frame.split_at(4);
        assert_eq!(u32::from_be_bytes(length.try_into().unwrap()) as usize, rest.len());
        assert_eq!(message(vector).encode(), rest, "{}", vector["comment"]);
        assert_eq!(Message::decode(rest), Ok(message(vector)), "{}", vector["comment"]);
    }
    for vector in each(&file["refused"]) {
        assert!(Message::decode(&bytes(&vector["message"])).is_err(), "{}", vector["why"]);
    }
    for vector in each(&file["long"]) {
        let repeated = bytes(&vector["repeated"]).repeat(number(&vector["times"]));
        let message = [bytes(&vector["head"]), repeated].concat();
        let read = Message::decode(&message).is_ok();
        assert_eq!(read, vector["read"].as_bool().unwrap(), "{}", vector["comment"]);
    }
}
