//! Names of the departments and classes that a unified code begins with.
//!
//! The table is not verified against the standard and its amendments, so it only labels: a pair
//! that it lacks is never a reason to reject a code.

/// Who registered a subject, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeClass {
    /// Registering department (登记管理部门).
    pub department: &'static str,
    /// Class of the subject (机构类别).
    pub class: &'static str,
}

/// Department character, its name, and its classes by character.
type Department = (char, &'static str, &'static [(char, &'static str)]);

const DEPARTMENTS: &[Department] = &[
    (
        '1',
        "机构编制",
        &[('1', "机关"), ('2', "事业单位"), ('3', "编办直接管理机构编制的群众团体"), ('9', "其他")],
    ),
    ('2', "外交", &[('1', "外国常驻新闻机构"), ('9', "其他")]),
    (
        '3',
        "司法行政",
        &[
            ('1', "律师执业机构"),
            ('2', "公证处"),
            ('3', "基层法律服务所"),
            ('4', "司法鉴定机构"),
            ('5', "仲裁委员会"),
            ('9', "其他"),
        ],
    ),
    ('4', "文化", &[('1', "外国在华文化中心"), ('9', "其他")]),
    ('5', "民政", &[('1', "社会团体"), ('2', "民办非企业单位"), ('3', "基金会"), ('9', "其他")]),
    (
        '6',
        "旅游",
        &[
            ('1', "外国旅游部门常驻代表机构"),
            ('2', "港澳台地区旅游部门常驻内地（大陆）代表机构"),
            ('9', "其他"),
        ],
    ),
    ('7', "宗教", &[('1', "宗教活动场所"), ('2', "宗教院校"), ('9', "其他")]),
    ('8', "工会", &[('1', "基层工会"), ('9', "其他")]),
    ('9', "工商(市场监管)", &[('1', "企业"), ('2', "个体工商户"), ('3', "农民专业合作社")]),
    ('A', "中央军委改革和编制办公室", &[('1', "军队事业单位"), ('9', "其他")]),
    (
        'N',
        "农业",
        &[
            ('1', "组级集体经济组织"),
            ('2', "村级集体经济组织"),
            ('3', "乡镇级集体经济组织"),
            ('9', "其他"),
        ],
    ),
    ('Y', "其他", &[('1', "其他")]),
];

/// The names behind the first two characters of a unified code.
pub fn code_class(department: char, class: char) -> Option<CodeClass> {
    let (_, department, classes) = DEPARTMENTS.iter().find(|row| row.0 == department)?;
    let (_, class) = classes.iter().find(|row| row.0 == class)?;
    Some(CodeClass { department, class })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_pairs_have_names_and_others_none() {
        for (pair, expected) in [
            (('9', '2'), Some("个体工商户")),
            (('N', '2'), Some("村级集体经济组织")),
            (('9', '9'), None),
            (('Z', '1'), None),
        ] {
            assert_eq!(code_class(pair.0, pair.1).map(|found| found.class), expected);
        }
    }
}
