//! A member of a federation, as it describes itself in its request and as a charter lists it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use tiaoxi_ledger::note::PublicKey;

use crate::name::{MemberId, Slug};

/// Characters of a member's name.
pub const NAME_CHARS_MAX: usize = 64;
/// Regions of a member.
pub const REGIONS_MAX: usize = 16;
/// Characters of a region code.
pub const REGION_CODE_CHARS_MAX: usize = 12;
/// Addresses of a member.
pub const ADDRESSES_MAX: usize = 8;
/// Bytes of one address.
pub const ADDRESS_BYTES_MAX: usize = 255;

/// An organisation in the federation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// How everything in the federation names it; never a region code.
    pub id: MemberId,
    /// Its name for people.
    pub name: String,
    /// The member through which it takes part: a county's city. None for a hub or partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub: Option<MemberId>,
    /// Where its node may be found (multiaddrs): hints, overridden by configuration.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// The regions it answers for. They decide nothing.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// Its four public keys.
    pub keys: MemberKeys,
}

/// A region under one of the schemes in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Whose list of codes, such as `gb2260`.
    pub scheme: Slug,
    /// The code in that list.
    pub code: String,
}

/// What a key is for; one key never serves two purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// Authenticates connections.
    Transport,
    /// Signs checkpoints of the member's logs.
    Log,
    /// Cosigns checkpoints of others.
    Witness,
    /// Signs charters; kept offline.
    Recovery,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Transport, Self::Log, Self::Witness, Self::Recovery];

    /// Its name in key names and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::Log => "log",
            Self::Witness => "witness",
            Self::Recovery => "recovery",
        }
    }
}

/// The four public keys of a member, in files as base64 of type 0x01 and the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberKeys {
    /// Authenticates connections.
    #[serde(with = "key_text")]
    pub transport: PublicKey,
    /// Signs checkpoints of the member's logs.
    #[serde(with = "key_text")]
    pub log: PublicKey,
    /// Cosigns checkpoints of others.
    #[serde(with = "key_text")]
    pub witness: PublicKey,
    /// Signs charters.
    #[serde(with = "key_text")]
    pub recovery: PublicKey,
}

impl MemberKeys {
    /// The key for a purpose.
    pub fn of(&self, purpose: KeyPurpose) -> &PublicKey {
        match purpose {
            KeyPurpose::Transport => &self.transport,
            KeyPurpose::Log => &self.log,
            KeyPurpose::Witness => &self.witness,
            KeyPurpose::Recovery => &self.recovery,
        }
    }
}

mod key_text {
    use super::{Deserialize, Deserializer, Engine, Error, PublicKey, STANDARD, Serializer};

    /// Ed25519.
    const KEY_TYPE: u8 = 0x01;

    pub(super) fn serialize<S: Serializer>(key: &PublicKey, to: S) -> Result<S::Ok, S::Error> {
        let mut tagged = vec![KEY_TYPE];
        tagged.extend_from_slice(key.as_bytes());
        to.serialize_str(&STANDARD.encode(tagged))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PublicKey, D::Error> {
        let text = String::deserialize(from)?;
        let tagged = STANDARD.decode(text).map_err(D::Error::custom)?;
        match tagged.split_first_chunk::<1>() {
            Some(([KEY_TYPE], key)) => {
                let key = <&[u8; 32]>::try_from(key).map_err(D::Error::custom)?;
                PublicKey::from_bytes(key).map_err(D::Error::custom)
            }
            _ => Err(D::Error::custom("a key is base64 of type 1 (Ed25519) and 32 bytes")),
        }
    }
}

/// Why a member's description is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberError {
    /// Empty, too long, or with control characters.
    #[error("the name must have 1 to {NAME_CHARS_MAX} characters, none of them control characters")]
    Name,
    /// Too many regions.
    #[error("more than {REGIONS_MAX} regions")]
    TooManyRegions,
    /// A code that is empty, too long, not of ASCII letters and digits, or there twice.
    #[error("region code {0:?} is malformed or there twice")]
    Region(String),
    /// Too many addresses.
    #[error("more than {ADDRESSES_MAX} addresses")]
    TooManyAddresses,
    /// Not a printable multiaddr of bounded length, or there twice.
    #[error("address {0:?} is malformed or there twice")]
    Address(String),
    /// A member is not its own hub.
    #[error("the member names itself as its hub")]
    OwnHub,
    /// Two purposes share a key.
    #[error("the {0} key serves another purpose too")]
    SharedKey(&'static str),
}

/// Whether people can be shown it as a name.
pub(crate) fn is_name(text: &str) -> bool {
    text.trim() == text
        && (1..=NAME_CHARS_MAX).contains(&text.chars().count())
        && !text.contains(char::is_control)
}

impl Member {
    /// Checks what serde can't: lengths, counts, repetition.
    pub fn check(&self) -> Result<(), MemberError> {
        if !is_name(&self.name) {
            return Err(MemberError::Name);
        }
        if self.regions.len() > REGIONS_MAX {
            return Err(MemberError::TooManyRegions);
        }
        for (index, region) in self.regions.iter().enumerate() {
            let code = &region.code;
            let good = (1..=REGION_CODE_CHARS_MAX).contains(&code.len())
                && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !good || self.regions.iter().skip(index + 1).any(|other| other == region) {
                return Err(MemberError::Region(code.chars().take(20).collect()));
            }
        }
        if self.addresses.len() > ADDRESSES_MAX {
            return Err(MemberError::TooManyAddresses);
        }
        for (index, address) in self.addresses.iter().enumerate() {
            let good = address.len() <= ADDRESS_BYTES_MAX
                && address.starts_with('/')
                && address.bytes().all(|byte| byte.is_ascii_graphic());
            if !good || self.addresses.iter().skip(index + 1).any(|other| other == address) {
                return Err(MemberError::Address(address.chars().take(80).collect()));
            }
        }
        if self.hub.as_ref() == Some(&self.id) {
            return Err(MemberError::OwnHub);
        }
        for (index, purpose) in KeyPurpose::ALL.into_iter().enumerate() {
            let key = self.keys.of(purpose);
            if KeyPurpose::ALL.iter().skip(index + 1).any(|other| self.keys.of(*other) == key) {
                return Err(MemberError::SharedKey(purpose.name()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::tests::member;

    #[test]
    fn descriptions_are_checked_field_by_field() {
        let check = |change: &dyn Fn(&mut Member), accepted: bool| {
            let mut candidate = member("deqing", Some("huzhou"), 10);
            change(&mut candidate);
            assert_eq!(candidate.check().is_ok(), accepted, "{candidate:?}");
        };
        let region =
            |code: &str| Region { scheme: Slug::parse("gb2260").unwrap(), code: code.to_owned() };
        check(&|_| {}, true);
        check(&|m| m.name = "德清县信用中心".to_owned(), true);
        check(&|m| m.name = String::new(), false);
        check(&|m| m.name = "a\nb".to_owned(), false);
        check(&|m| m.name = " a".to_owned(), false);
        check(&|m| m.name = "德".repeat(64), true);
        check(&|m| m.name = "德".repeat(65), false);
        check(&|m| m.regions = vec![region("330521")], true);
        check(&|m| m.regions = vec![region("330521"), region("330521")], false);
        check(&|m| m.regions = vec![region("330521/1")], false);
        check(&|m| m.regions = vec![region("")], false);
        check(&|m| m.regions = (0..16).map(|n| region(&n.to_string())).collect(), true);
        check(&|m| m.regions = (0..17).map(|n| region(&n.to_string())).collect(), false);
        check(&|m| m.addresses = vec!["/ip4/10.0.0.1/tcp/7000".to_owned()], true);
        check(&|m| m.addresses = vec!["10.0.0.1:7000".to_owned()], false);
        check(&|m| m.addresses = vec!["/dns/a b".to_owned()], false);
        check(&|m| m.addresses = vec![format!("/{}", "x".repeat(255))], false);
        check(&|m| m.addresses = (0..8).map(|n| format!("/{n}")).collect(), true);
        check(&|m| m.addresses = (0..9).map(|n| format!("/{n}")).collect(), false);
        check(&|m| m.hub = Some(m.id.clone()), false);
        check(&|m| m.keys.witness = m.keys.log, false);
    }

    #[test]
    fn weak_and_untyped_keys_are_not_read() {
        let good = toml::to_string(&member("deqing", None, 10).keys).unwrap();
        assert!(toml::from_str::<MemberKeys>(&good).is_ok());
        let mut weak = vec![1_u8; 2];
        weak.extend([0; 31]);
        for bad in [
            STANDARD.encode(&weak),
            STANDARD.encode([1; 32]),
            STANDARD.encode([4; 33]),
            String::new(),
        ] {
            let text = good
                .lines()
                .skip(1)
                .fold(format!("transport = \"{bad}\""), |text, line| format!("{text}\n{line}"));
            assert!(toml::from_str::<MemberKeys>(&text).is_err(), "{bad}");
        }
    }
}
