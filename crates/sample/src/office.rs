//! Who hands in an invented file.

use tiaoxi_credit::code::uscc_from_parts;

/// An invented authority. Its name must carry 演示, so that nobody takes it for a real one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Short Latin name, as in file names and commands: `deqing`.
    pub slug: String,
    /// Full name, as in 德清县演示综合行政执法局. What stands before 演示 begins its document
    /// numbers.
    pub name: String,
    /// Its unified social credit code, with an organisation code that begins `TX`.
    pub uscc: String,
}

/// Slug, place and region digits of the offices in the demonstration: the city, its districts and
/// counties. 南太湖新区 has no national code; a code keeps the city's digits there.
const PLACES: [(&str, &str, u32); 7] = [
    ("huzhou", "湖州市", 330_500),
    ("wuxing", "吴兴区", 330_502),
    ("nanxun", "南浔区", 330_503),
    ("deqing", "德清县", 330_521),
    ("changxing", "长兴县", 330_522),
    ("anji", "安吉县", 330_523),
    ("nantaihu", "南太湖新区", 330_501),
];

impl Office {
    /// The office of one member of the federation in the plan.
    pub fn by_slug(slug: &str) -> Option<Self> {
        Self::all().into_iter().find(|office| office.slug == slug)
    }

    /// The seven offices of the federation in the plan, the city's first.
    pub fn all() -> Vec<Self> {
        (1..).zip(PLACES).map(|(number, place)| Self::invented(number, place)).collect()
    }

    fn invented(number: u32, (slug, place, region): (&str, &str, u32)) -> Self {
        let uscc = uscc_from_parts("11", region, &format!("TX99{number:04}"))
            .expect("digits and TX are in the alphabet");
        Self { slug: slug.into(), name: format!("{place}演示综合行政执法局"), uscc }
    }

    /// The six digits of its region.
    pub(crate) fn region(&self) -> &str {
        self.uscc.get(2..8).unwrap_or_default()
    }

    /// The place that its document numbers begin with.
    pub(crate) fn place(&self) -> &str {
        self.name.split_once("演示").map_or(self.name.as_str(), |(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use tiaoxi_credit::code::Uscc;

    use super::*;

    #[test]
    fn offices_are_invented_and_their_codes_hold() {
        let offices = Office::all();
        for office in &offices {
            assert!(office.name.contains("演示"), "{}", office.name);
            let uscc = Uscc::parse(&office.uscc).unwrap();
            assert!(uscc.organisation_code().starts_with("TX"));
        }
        assert_eq!(Office::by_slug("deqing").unwrap().place(), "德清县");
        assert_eq!(Office::by_slug("paris"), None);
    }
}
