use proptest::prelude::*;

use super::*;

fn examples() -> Vec<Message> {
    vec![
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
        Message::Run { path: vec![[4; 32], [5; 32]], block: vec![6; 9] },
        Message::Heartbeat(b"note\n".to_vec()),
        Message::AskCharters { version: 3, fingerprint: [7; 32] },
        Message::Charter(b"charter\n".to_vec()),
    ]
}

#[test]
fn every_message_survives_its_encoding() {
    for message in examples() {
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }
}

#[test]
fn a_message_cut_short_or_prolonged_is_never_another_fixed_one() {
    for message in examples() {
        let bytes = message.encode();
        for len in 0..bytes.len() {
            assert_ne!(Message::decode(&bytes[..len]), Ok(message.clone()));
        }
    }
    let held = Message::Held { size: 7, root: [3; 32] }.encode();
    let longer = [&held[..], &[0]].concat();
    assert_eq!(Message::decode(&longer), Err(MessageError::TrailingBytes(1)));
}

#[test]
fn limits_hold() {
    assert_eq!(Message::decode(&[]), Err(MessageError::Truncated));
    assert_eq!(Message::decode(&[99]), Err(MessageError::Type(99)));
    assert_eq!(Message::decode(&[RUN, 49]), Err(MessageError::Limit("path")));
    assert_eq!(Message::decode(&[REFUSED, 99]), Err(MessageError::Value("code")));
    let long = Message::Refused(Refusal::new(RefusalCode::Busy, "忙".repeat(400)));
    assert!(long.encode().len() <= REASON_BYTES_MAX + 2);
    let sized = |kind, bytes: usize| Message::decode(&[&[kind], &vec![b'x'; bytes][..]].concat());
    assert!(sized(HEARTBEAT, HEARTBEAT_BYTES_MAX).is_ok());
    assert_eq!(sized(HEARTBEAT, HEARTBEAT_BYTES_MAX + 1), Err(MessageError::Limit("heartbeat")));
    assert!(sized(CHARTER, CHARTER_BYTES_MAX).is_ok());
    assert_eq!(sized(CHARTER, CHARTER_BYTES_MAX + 1), Err(MessageError::Limit("charter")));
}

const KINDS: [u8; 9] =
    [SUBSCRIBE, HELD, ASK_CHARTERS, OFFERED, REFUSED, CHECKPOINT, RUN, HEARTBEAT, CHARTER];

proptest! {
    #[test]
    fn whatever_stands_behind_a_type_is_a_message_or_an_error(
        kind in prop::sample::select(&KINDS[..]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [&[kind], &rest[..]].concat();
        if let Ok(message) = Message::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_a_message_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(message) = Message::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes);
        }
    }
}
