//! Membership requests: a member's description of itself, signed with all four of its keys.
//!
//! The signatures prove that whoever asks has the keys; that he is who he says is for people to
//! find out before they sign a charter.

use tiaoxi_ledger::note::{self, Note, NoteError, SignatureError, SigningKey, VerifierKey};

use crate::{
    member::{KeyPurpose, Member, MemberError},
    name::MemberId,
};

/// First line of every request of this form.
pub const REQUEST_TITLE: &str = "# tiaoxi-membership-request/1";

/// The secrets of a member's four keys.
pub struct KeySeeds<'a> {
    /// See [`KeyPurpose::Transport`].
    pub transport: &'a [u8; 32],
    /// See [`KeyPurpose::Log`].
    pub log: &'a [u8; 32],
    /// See [`KeyPurpose::Witness`].
    pub witness: &'a [u8; 32],
    /// See [`KeyPurpose::Recovery`].
    pub recovery: &'a [u8; 32],
}

impl KeySeeds<'_> {
    fn of(&self, purpose: KeyPurpose) -> &[u8; 32] {
        match purpose {
            KeyPurpose::Transport => self.transport,
            KeyPurpose::Log => self.log,
            KeyPurpose::Witness => self.witness,
            KeyPurpose::Recovery => self.recovery,
        }
    }
}

/// Why a request was not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeRequestError {
    /// The description is refused.
    #[error("the member's description is refused")]
    Member(#[source] MemberError),
    /// A secret does not belong to the key described.
    #[error("the secret of the {0} key is another key's")]
    OtherKey(&'static str),
}

/// Why bytes are no membership request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Not a signed note.
    #[error("the request is no signed note")]
    Note(#[source] NoteError),
    /// Another first line: no request, or of a later form.
    #[error("the text does not begin with the line {REQUEST_TITLE:?}")]
    Title,
    /// Not TOML, a key that is unknown or missing, or a value out of its range.
    #[error("the request's text is malformed")]
    Syntax(#[source] Box<toml::de::Error>),
    /// The description is refused.
    #[error("the request of {member}")]
    Member {
        /// Who asks.
        member: MemberId,
        /// Why.
        source: MemberError,
    },
    /// A signature is wrong.
    #[error("a signature of the request is wrong")]
    Signature(#[source] SignatureError),
    /// One of the four keys has not signed.
    #[error("the request of {member} is not signed with its {purpose} key")]
    Unsigned {
        /// Who asks.
        member: MemberId,
        /// What the missing key is for.
        purpose: &'static str,
    },
}

/// A membership request whose maker has all the keys in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    member: Member,
}

fn key_name(member: &MemberId, purpose: KeyPurpose) -> String {
    format!("{member}/{}", purpose.name())
}

impl Request {
    /// Makes the file in which `member` asks to be let in.
    pub fn make(member: &Member, seeds: &KeySeeds<'_>) -> Result<Vec<u8>, MakeRequestError> {
        member.check().map_err(MakeRequestError::Member)?;
        let mut keys = Vec::new();
        for purpose in KeyPurpose::ALL {
            let key = SigningKey::new(key_name(&member.id, purpose), seeds.of(purpose))
                .expect("a member's id makes a valid key name");
            if key.public() != *member.keys.of(purpose) {
                return Err(MakeRequestError::OtherKey(purpose.name()));
            }
            keys.push(key);
        }
        let body = toml::to_string(member).expect("a member has nothing that TOML can't say");
        let text = format!("{REQUEST_TITLE}\n\n{body}");
        Ok(note::sign(&text, &keys.iter().collect::<Vec<_>>())
            .expect("TOML without control characters is the text of a note"))
    }

    /// Reads a request and checks its four signatures.
    pub fn verify(bytes: &[u8]) -> Result<Self, RequestError> {
        let note = Note::parse(bytes).map_err(RequestError::Note)?;
        if note.text().split('\n').next() != Some(REQUEST_TITLE) {
            return Err(RequestError::Title);
        }
        let member: Member =
            toml::from_str(note.text()).map_err(|error| RequestError::Syntax(Box::new(error)))?;
        member
            .check()
            .map_err(|source| RequestError::Member { member: member.id.clone(), source })?;
        for purpose in KeyPurpose::ALL {
            let name = key_name(&member.id, purpose);
            let key = VerifierKey::new(name, *member.keys.of(purpose))
                .expect("a member's id makes a valid key name");
            if !note.signed_by(&key).map_err(RequestError::Signature)? {
                let purpose = purpose.name();
                return Err(RequestError::Unsigned { member: member.id, purpose });
            }
        }
        Ok(Self { member })
    }

    /// Who asks.
    pub fn member(&self) -> &Member {
        &self.member
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use tiaoxi_ledger::note::PublicKey;

    use super::*;
    use crate::member::MemberKeys;

    /// Secrets of a test member, grown from its id.
    pub(crate) struct Seeds {
        pub(crate) transport: [u8; 32],
        pub(crate) log: [u8; 32],
        pub(crate) witness: [u8; 32],
        pub(crate) recovery: [u8; 32],
    }

    pub(crate) fn seeds(id: &str) -> Seeds {
        let seed =
            |purpose: &str| *crate::Fingerprint::of_text(&format!("{id}/{purpose}")).as_bytes();
        Seeds {
            transport: seed("transport"),
            log: seed("log"),
            witness: seed("witness"),
            recovery: seed("recovery"),
        }
    }

    pub(crate) fn member(id: &str, hub: Option<&str>, port: u16) -> Member {
        let seeds = seeds(id);
        Member {
            id: MemberId::parse(id).unwrap(),
            name: format!("{id} 示例"),
            hub: hub.map(|hub| MemberId::parse(hub).unwrap()),
            addresses: vec![format!("/ip4/127.0.0.1/tcp/{port}")],
            regions: Vec::new(),
            keys: MemberKeys {
                transport: PublicKey::of_seed(&seeds.transport),
                log: PublicKey::of_seed(&seeds.log),
                witness: PublicKey::of_seed(&seeds.witness),
                recovery: PublicKey::of_seed(&seeds.recovery),
            },
        }
    }

    fn make(member: &Member, seeds: &Seeds) -> Result<Vec<u8>, MakeRequestError> {
        let Seeds { transport, log, witness, recovery } = seeds;
        Request::make(member, &KeySeeds { transport, log, witness, recovery })
    }

    #[test]
    fn a_request_proves_all_four_keys() {
        let deqing = member("deqing", Some("huzhou"), 7000);
        let bytes = make(&deqing, &seeds("deqing")).unwrap();
        assert_eq!(Request::verify(&bytes).unwrap().member(), &deqing);

        let text = String::from_utf8(bytes).unwrap();
        for purpose in KeyPurpose::ALL {
            let marker = format!("deqing/{} ", purpose.name());
            let without: String =
                text.split_inclusive('\n').filter(|line| !line.contains(&marker)).collect();
            let refused = Request::verify(without.as_bytes());
            assert!(
                matches!(&refused, Err(RequestError::Unsigned { purpose: missing, .. })
                    if *missing == purpose.name()),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn a_request_for_keys_of_others_is_not_made() {
        let mut greedy = member("deqing", None, 7000);
        greedy.keys.log = member("anji", None, 7000).keys.log;
        let refused = make(&greedy, &seeds("deqing"));
        assert!(matches!(refused, Err(MakeRequestError::OtherKey("log"))));
    }

    #[test]
    fn a_request_changed_in_any_byte_is_refused() {
        let good = make(&member("deqing", Some("huzhou"), 7000), &seeds("deqing")).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x01;
            assert!(Request::verify(&bad).is_err(), "byte {at}");
        }
    }
}
