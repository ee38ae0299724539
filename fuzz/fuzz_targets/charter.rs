//! Charters on their way: what is read keeps its bytes and fingerprint, and its document written
//! anew says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_federation::{
    Charter, Fingerprint, Proposal, Terms, charter::ProposalError, terms::CharterDocument,
};
use tiaoxi_fuzz::{members, plant};

fuzz_target!(init: plant(members::charters()), |bytes: &[u8]| {
    let proposal = match Proposal::parse(bytes) {
        Ok(proposal) => proposal,
        Err(ProposalError::Note(_) | ProposalError::Terms(_)) => return,
    };
    assert_eq!(proposal.to_bytes(), bytes);
    assert_eq!(*proposal.fingerprint(), Fingerprint::of_text(proposal.text()));

    let document = CharterDocument::parse(proposal.text()).expect("its terms were read");
    let again = CharterDocument::parse(&document.to_text()).expect("a written charter is read");
    assert_eq!(again, document);
    let terms = Terms::check(document).expect("its terms were checked");
    assert!(2 * terms.threshold() > terms.members().len());

    // Believed only under its own fingerprint, and only with signatures enough.
    assert!(Charter::verify(bytes, &Fingerprint::of_text("another\n")).is_err());
    if let Ok(charter) = Charter::verify(bytes, proposal.fingerprint()) {
        assert!(charter.signers().len() >= terms.threshold());
    }
});
