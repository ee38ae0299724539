//! The pool of invented subjects.
//!
//! A subject is a function of its index and of nothing else: files of different seeds, items and
//! offices name the same firms, so that one subject has records at several members.

use tiaoxi_credit::{
    Day, SubjectClass,
    code::{citizen_number, uscc_from_parts},
};

/// Subjects in the pool; a power of two.
pub(crate) const POOL_SIZE: u32 = 1 << 17;

/// First two characters of the unified code of a firm, a sole trader, a cooperative.
const FIRM: &str = "91";
const SOLE_TRADER: &str = "92";
const COOPERATIVE: &str = "93";

/// Region of citizen numbers that nobody has.
const NO_REGION: u32 = 999_999;
/// Births are spread over this many days from 1970 on.
const BIRTH_DAYS: u32 = 12_000;

const PLACES: [(&str, u32); 7] = [
    ("湖州", 330_501),
    ("吴兴", 330_502),
    ("南浔", 330_503),
    ("德清", 330_521),
    ("长兴", 330_522),
    ("安吉", 330_523),
    ("浙江", 330_500),
];

/// 64 characters; three of them make the brand of a subject.
const BRAND: [char; 64] = [
    '瑞', '丰', '达', '恒', '信', '昌', '隆', '盛', '华', '兴', '德', '润', '鑫', '源', '泰', '安',
    '宏', '远', '博', '卓', '嘉', '禾', '锦', '绣', '天', '成', '万', '和', '永', '康', '新', '益',
    '明', '辉', '佳', '美', '东', '升', '南', '溪', '北', '辰', '金', '桥', '银', '河', '玉', '林',
    '海', '川', '云', '峰', '春', '晖', '秋', '实', '文', '澜', '正', '大', '光', '耀', '中', '诚',
];

const FIRM_TRADES: [&str; 28] = [
    "纺织",
    "印染",
    "木业",
    "竹制品",
    "蓄电池",
    "新能源科技",
    "建材",
    "机械制造",
    "食品",
    "茶业",
    "生态农业",
    "水产养殖",
    "物流",
    "危险品运输",
    "化工",
    "医药连锁",
    "医疗器械",
    "建设工程",
    "装饰工程",
    "物业服务",
    "环保科技",
    "金属制品",
    "电梯工程",
    "酒店管理",
    "商贸",
    "童装",
    "家居",
    "教育咨询",
];

const SHOP_TRADES: [&str; 14] = [
    "餐饮店",
    "小吃店",
    "超市",
    "水果店",
    "五金店",
    "汽车修理厂",
    "理发店",
    "服装店",
    "民宿",
    "烟酒店",
    "药店",
    "早餐店",
    "建材经营部",
    "渔具店",
];

const SURNAMES: [&str; 32] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "沈", "韩", "冯", "费", "钮", "闵",
];

const GIVEN: [&str; 32] = [
    "伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超",
    "霞", "平", "刚", "桂英", "建国", "志强", "丽华", "小红", "文博", "雨桐", "子轩", "佳怡",
    "国庆", "水根", "阿毛", "金花",
];

/// An invented subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) class: SubjectClass,
    pub(crate) name: String,
    /// Unified social credit code, or the citizen number of a person.
    pub(crate) code: String,
    /// Legal representative or operator; empty for a person.
    pub(crate) representative: String,
    /// Citizen number of the representative; empty for a person.
    pub(crate) representative_number: String,
}

impl Subject {
    /// The subject of an index, which is taken modulo [`POOL_SIZE`].
    pub(crate) fn at(index: u32) -> Self {
        let index = index % POOL_SIZE;
        // Odd, so that no two indices fall on one number.
        let number = index.wrapping_mul(0x9e37_79b1) % POOL_SIZE;
        match index.wrapping_mul(0x85eb_ca6b).rotate_left(13) % 100 {
            0..3 => Self::person(number),
            3..18 => Self::trader(number),
            _ => Self::firm(number),
        }
    }

    fn firm(number: u32) -> Self {
        let is_cooperative = number.is_multiple_of(29);
        let (kind, trade, form) = match pick(&FIRM_TRADES, number / 7) {
            _ if is_cooperative => (COOPERATIVE, "果蔬", "专业合作社"),
            trade => (FIRM, trade, "有限公司"),
        };
        Self::business(SubjectClass::ORGANISATION, kind, number, &format!("{trade}{form}"))
    }

    fn trader(number: u32) -> Self {
        let trade = pick(&SHOP_TRADES, number / 7);
        Self::business(SubjectClass::SOLE_TRADER, SOLE_TRADER, number, trade)
    }

    fn business(class: SubjectClass, kind: &str, number: u32, ending: &str) -> Self {
        let (place, region) = pick(&PLACES, number);
        let brand: String =
            [number >> 12, number >> 6, number].iter().map(|part| pick(&BRAND, *part)).collect();
        let code = uscc_from_parts(kind, region, &format!("TX{:06}", 100_000 + number));
        Self {
            class,
            name: format!("{place}示例{brand}{ending}"),
            code: code.expect("digits and TX are in the alphabet"),
            representative: person_name(number),
            representative_number: person_number(number, 500),
        }
    }

    fn person(number: u32) -> Self {
        Self {
            class: SubjectClass::NATURAL_PERSON,
            name: person_name(number),
            code: person_number(number, 100),
            representative: String::new(),
            representative_number: String::new(),
        }
    }
}

fn pick<T: Copy>(pool: &[T], number: u32) -> T {
    *pool.get(number as usize % pool.len()).expect("pools are not empty")
}

fn person_name(number: u32) -> String {
    format!("{}示例{}", pick(&SURNAMES, number), pick(&GIVEN, number / 32))
}

/// A citizen number of nobody; `series` keeps persons and representatives apart.
fn person_number(number: u32, series: u32) -> String {
    let birth = u16::try_from(number % BIRTH_DAYS).expect("births lie before 2003");
    let sequence = u16::try_from(series + number / BIRTH_DAYS).expect("a pool has few a day");
    citizen_number(NO_REGION, Day(birth), sequence).expect("the sequence has three digits")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use tiaoxi_credit::code::{Uscc, check_citizen_number};

    use super::*;

    #[test]
    fn subjects_are_unmistakably_invented_and_their_codes_hold() {
        for subject in (0..2000).map(Subject::at) {
            assert!(subject.name.contains("示例"), "{subject:?}");
            if subject.class == SubjectClass::NATURAL_PERSON {
                check_citizen_number(&subject.code).unwrap();
                assert!(subject.code.starts_with("999999"));
            } else {
                assert!(Uscc::parse(&subject.code).unwrap().organisation_code().starts_with("TX"));
                check_citizen_number(&subject.representative_number).unwrap();
            }
        }
    }

    #[test]
    fn no_two_subjects_share_a_code() {
        let codes: HashSet<_> = (0..POOL_SIZE).map(|index| Subject::at(index).code).collect();
        assert_eq!(codes.len(), POOL_SIZE as usize);
    }

    #[test]
    fn the_pool_has_the_promised_mix() {
        let share = |class| {
            let count = (0..20_000).filter(|index| Subject::at(*index).class == class).count();
            count / 200
        };
        assert!((1..6).contains(&share(SubjectClass::NATURAL_PERSON)));
        assert!((12..19).contains(&share(SubjectClass::SOLE_TRADER)));
    }
}
