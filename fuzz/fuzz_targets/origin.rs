//! Names of logs: what is read is written the same, and is the name of a key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_federation::{
    AgreementId, Channel, FederationId, Fingerprint, MemberId, Origin, origin::ORIGIN_BYTES_MAX,
};
use tiaoxi_fuzz::plant;
use tiaoxi_ledger::note::SigningKey;

const SEEDS: [&str; 4] = [
    "huzhou/deqing/records/1",
    "huzhou/huzhou/notices/255",
    "delta/huzhou/exchange/delta-environment/2",
    "huzhou/anji/audit/1",
];

fuzz_target!(init: plant(SEEDS), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(origin) = Origin::parse(text) {
        assert_eq!(origin.to_string(), text);
        assert!(text.len() <= ORIGIN_BYTES_MAX && origin.epoch > 0);
        SigningKey::new(text, &[3; 32]).expect("an origin is a key name");
    }
    if let Ok(channel) = Channel::parse(text) {
        assert_eq!(channel.to_string(), text);
    }
    if let Ok(id) = MemberId::parse(text) {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(id) = FederationId::parse(text) {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(id) = AgreementId::parse(text) {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(fingerprint) = Fingerprint::parse(text) {
        assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Ok(fingerprint));
    }
});
