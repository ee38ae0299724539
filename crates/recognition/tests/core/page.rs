//! `docs/recognition.md` and `docs/recognition.svg` are what the tables print.

#[path = "../../examples/states/main.rs"]
#[allow(dead_code, reason = "the example's own start")]
mod states;

const HOW: &str = "print them anew: cargo run -p tiaoxi-recognition --example states";

#[test]
fn the_page_and_the_drawing_say_what_the_tables_say() {
    let page = include_str!("../../../../docs/recognition.md");
    let drawing = include_str!("../../../../docs/recognition.svg");
    assert!(states::page::printed_into(page).unwrap() == page, "{HOW}");
    assert!(states::drawing::drawn().unwrap() == drawing, "{HOW}");
}
