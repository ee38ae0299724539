//! Workday files: whatever calendar they make, a deadline is a workday and not before its start.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_catalog::Calendar;
use tiaoxi_credit::Day;
use tiaoxi_fuzz::plant;

fuzz_target!(init: plant([include_bytes!("../../configs/calendar.tsv")]), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(calendar) = Calendar::parse(text) else { return };
    for start in [0, 18_000, 20_781, u16::MAX - 1, u16::MAX] {
        for count in [0, 7, 20, u16::MAX] {
            let deadline = calendar.add_workdays(Day(start), count);
            assert!(deadline.day >= Day(start));
        }
    }
});
