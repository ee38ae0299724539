//! Subject codes as people type them: a verdict for every line, the same for the cleaned one; a code
//! that was read is the code that was written; a natural person's number is never a query.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_credit::code::{Uscc, Verdict, check_citizen_number, judge};
use tiaoxi_fuzz::plant;
use tiaoxi_views::query::{CODE_CHARS_MAX, SubjectQuery};

const SEEDS: [&str; 5] = [
    "91110000600037341L",
    " 9111 0000 6000 3734 1l\r",
    "11010519491231002X",
    "123456789012345678",
    "９１１１００００６０００３７３４１Ｌ",
];

fuzz_target!(init: plant(SEEDS), |bytes: &[u8]| {
    let Ok(line) = std::str::from_utf8(bytes) else { return };
    let verdict = judge(line);
    let clean: String = line
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{feff}')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    assert_eq!(judge(&clean).to_string(), verdict.to_string());
    let (uscc, citizen) = (Uscc::parse(&clean), check_citizen_number(&clean));
    if let Ok(uscc) = &uscc {
        assert_eq!(uscc.as_str(), clean);
    }
    if verdict == Verdict::Valid {
        assert!(uscc.is_ok() || citizen.is_ok(), "{clean:?} is valid under neither");
    }
    if let Ok(query) = SubjectQuery::parse(line) {
        assert!((1..=CODE_CHARS_MAX).contains(&query.code().chars().count()));
        assert!(check_citizen_number(query.code()).is_err() || Uscc::parse(query.code()).is_ok());
    }
});
