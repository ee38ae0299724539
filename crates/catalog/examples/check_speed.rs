//! Measures how long the check of a good row takes: `cargo run --release --example check_speed`.

use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use tiaoxi_catalog::{Item, RowView};
use tiaoxi_credit::Day;
use tiaoxi_credit::code::uscc_from_parts;

const ROUNDS: u32 = 500_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let item = Item::parse(include_str!("../../../configs/catalog/xzcf.toml"))?;
    let firm = uscc_from_parts("91", 330_523, "TX000001")?;
    let office = uscc_from_parts("11", 330_523, "TX000002")?;
    let mut cells: Vec<&str> = vec![""; item.fields().len()];
    for (code, text) in [
        ("CF_XDR_MC", "安吉示例竹业有限公司"),
        ("CF_XDR_LB", "法人及非法人组织"),
        ("CF_XDR_SHXYM", firm.as_str()),
        ("CF_XDR_GSZC", "330523000000001"),
        ("CF_XDR_SWDJ", "330523TX0000012"),
        ("CF_FRDB", "示例某"),
        ("CF_WSH", "演示市监罚〔2026〕12号"),
        ("CF_WFXW", "未按规定明示食品标签，经营标签不符合规定的食品"),
        (
            "CF_SY",
            "当事人于2026年9月在其经营场所销售的食品未按规定显著标示，货值金额1260元，违法所得320元。",
        ),
        ("CF_YJ", "《中华人民共和国食品安全法》第一百二十五条第一款第三项"),
        ("CF_CFLB", "警告;罚款;没收违法所得"),
        ("CF_NR", "警告，没收违法所得320元，罚款2000元，上缴国库"),
        ("CF_NR_FK", "0.2"),
        ("CF_NR_WFFF", "0.032"),
        ("CF_NR_ZKDX", "无"),
        ("CF_JDRQ", "2026/11/05"),
        ("CF_YXQ", "2099/12/31"),
        ("CF_GSJZQ", "2027/11/05"),
        ("CF_CFJG", "演示县市场监督管理局"),
        ("CF_CFJGDM", office.as_str()),
        ("CF_SJLY", "演示县市场监督管理局"),
        ("CF_SJLYDM", office.as_str()),
        ("BZ", "示例数据"),
    ] {
        let index = item.field_index(code).ok_or("no such field")?;
        *cells.get_mut(index).ok_or("no such cell")? = text;
    }
    let today = Day(20_781);
    let row = RowView { number: 1, cells: &cells, derives_class: false };
    let checked = item.check(row, today);
    if checked.record.is_none() || !checked.findings.is_empty() {
        return Err(format!("not a good row: {:?}", checked.findings).into());
    }
    let start = Instant::now();
    for number in 0..ROUNDS {
        black_box(item.check(RowView { number, ..black_box(row) }, today));
    }
    let nanoseconds = start.elapsed().as_nanos() / u128::from(ROUNDS);
    writeln!(std::io::stdout(), "{nanoseconds} ns per row")?;
    Ok(())
}
