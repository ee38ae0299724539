//! How long questions take with many listings: `cargo run --release -p tiaoxi-recognition --example
//! many [listings]`. Half of the listings have ended and are confirmed by everybody.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement at a terminal")]

use std::time::Instant;

use tiaoxi_credit::{CodeScheme, Statement, SubjectCode, code::uscc_from_parts, statement::Cause};
use tiaoxi_ledger::header::{Concerned, Relation};

#[path = "../tests/core/scene.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod scene;

use scene::{Book, CITIES, COUNTIES, Desk, Rules, TODAY, concerning, end, id, listing};

fn main() {
    let listings = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(100_000_u32);
    let (mut book, mut desk) = (Book::default(), Desk::new(Rules::default()));
    let started = Instant::now();
    let mut last = None;
    for number in 0..listings {
        let mut new = listing();
        let code = uscc_from_parts("91", 330_411, &format!("TX{number:06}")).unwrap();
        new.subject.codes = vec![SubjectCode { scheme: CodeScheme::USCC, code }];
        last = Some(new.subject.codes.clone());
        let said = book.say("jiaxing", "exchange", Concerned::NONE, &Statement::Listing(new));
        said.tell(&mut desk.register);
        if number % 2 == 0 {
            let concerned = concerning(Relation::EXCHANGE, &said);
            book.say("jiaxing", "ends", concerned, &end(Cause::REPAIR)).tell(&mut desk.register);
        }
    }
    println!("told {listings} listings in {:?}", started.elapsed());
    desk.beat("jiaxing", u64::from(listings).div_ceil(2));
    for member in CITIES.into_iter().chain(COUNTIES.map(|it| it.0)).chain(["huzhou"]) {
        let (me, started) = (id(member), Instant::now());
        let (mut said, mut turns) = (0, 0);
        loop {
            let duties = desk.view(&me).duties();
            turns += 1;
            if duties.is_empty() {
                break;
            }
            said += duties.len();
            for duty in &duties {
                book.obey(member, duty, TODAY).tell(&mut desk.register);
            }
        }
        println!("{member} said {said} in {turns} turns, {:?}", started.elapsed());
    }
    for member in ["jiaxing", "huzhou", "hangzhou", "changxing"] {
        let me = id(member);
        let time = |what: &str, ask: &dyn Fn() -> usize| {
            let (started, answer) = (Instant::now(), ask());
            println!("{member:10} {what:12} {answer:7} {:?}", started.elapsed());
        };
        time("view", &|| desk.view(&me).today().0.into());
        time("duties first", &|| desk.view(&me).duties().len());
        time("duties again", &|| desk.view(&me).duties().len());
        time("of_subject", &|| desk.view(&me).of_subject(last.as_ref().unwrap()).len());
        time("waiting", &|| desk.view(&me).waiting().len());
        time("late first", &|| desk.view(&me).late().len());
        time("late again", &|| desk.view(&me).late().len());
        time("refused", &|| desk.view(&me).refused().len());
        time("listings", &|| desk.view(&me).listings().count());
    }
}
