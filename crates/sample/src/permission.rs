//! What invented permits allow: permissions as counties grant them.

/// A permission with its papers.
pub(crate) struct Permission {
    /// Title of the decision, without the subject (许可决定文书名称).
    pub(crate) title: &'static str,
    /// 许可类别.
    pub(crate) kind: &'static str,
    /// 许可证书名称; empty where none is issued.
    pub(crate) certificate: &'static str,
    /// First letters of its number.
    pub(crate) prefix: &'static str,
    /// What is allowed.
    pub(crate) contents: [&'static str; 3],
    /// Years of validity; 0 is long-term.
    pub(crate) years: u32,
}

const fn permission(
    title: &'static str,
    kind: &'static str,
    certificate: &'static str,
    prefix: &'static str,
    contents: [&'static str; 3],
    years: u32,
) -> Permission {
    Permission { title, kind, certificate, prefix, contents, years }
}

/// How many permissions, the last ones, are granted to persons too.
pub(crate) const PERSONAL: usize = 3;

/// Permissions; the last [`PERSONAL`] are granted to persons too.
pub(crate) const PERMISSIONS: [Permission; 18] = [
    permission(
        "食品经营许可决定书",
        "普通",
        "食品经营许可证",
        "JY",
        [
            "预包装食品销售、热食类食品制售",
            "散装食品销售，含冷藏冷冻食品",
            "热食、冷食类食品制售及自制饮品",
        ],
        5,
    ),
    permission(
        "排污许可决定书",
        "普通",
        "排污许可证",
        "PW",
        [
            "准予排放废水、废气，按许可限值执行",
            "同意排污许可证延续",
            "同意变更排污许可证污染物种类",
        ],
        5,
    ),
    permission(
        "道路运输经营许可决定书",
        "普通",
        "道路运输经营许可证",
        "DY",
        ["道路普通货物运输", "货物专用运输（冷藏保鲜）", "危险货物运输（第三类）"],
        4,
    ),
    permission(
        "建筑工程施工许可决定书",
        "核准",
        "建筑工程施工许可证",
        "SG",
        ["新建厂房及附属用房工程准予施工", "装饰装修工程准予施工", "仓储用房扩建工程准予施工"],
        2,
    ),
    permission(
        "危险化学品经营许可决定书",
        "普通",
        "危险化学品经营许可证",
        "WH",
        ["不带储存设施经营：乙醇、丙酮", "带储存设施经营：柴油", "票据贸易：甲苯、二甲苯"],
        3,
    ),
    permission(
        "公共场所卫生许可决定书",
        "普通",
        "公共场所卫生许可证",
        "WS",
        ["宾馆、美容店", "理发店", "游泳场所"],
        4,
    ),
    permission(
        "取水许可决定书",
        "特许",
        "取水许可证",
        "QS",
        ["取用地表水用于工业冷却", "取用河道水用于农业灌溉", "延续取水许可，年取水量不变"],
        5,
    ),
    permission(
        "特种设备使用登记决定书",
        "登记",
        "特种设备使用登记证",
        "TS",
        ["载货电梯使用登记", "叉车使用登记", "压力容器使用登记"],
        0,
    ),
    permission(
        "营业性演出准予许可决定书",
        "普通",
        "",
        "YC",
        ["同意举办室内文艺演出一场", "同意举办驻场演出", "同意增加演出场次"],
        1,
    ),
    permission(
        "城镇污水排入排水管网许可决定书",
        "普通",
        "排水许可证",
        "PS",
        ["准予向城镇排水设施排放生活污水", "准予排放经预处理的生产废水", "同意排水许可延续"],
        5,
    ),
    permission(
        "建筑垃圾处置核准决定书",
        "核准",
        "建筑垃圾处置核准证",
        "ZT",
        ["核准工程渣土外运", "核准拆除垃圾处置", "核准装修垃圾清运"],
        1,
    ),
    permission(
        "户外广告设施设置许可决定书",
        "普通",
        "",
        "HG",
        ["同意设置墙面招牌一处", "同意设置落地式广告牌", "同意设置楼顶字号标识"],
        2,
    ),
    permission(
        "医疗器械经营许可决定书",
        "普通",
        "医疗器械经营许可证",
        "YL",
        ["第三类医疗器械批发", "第三类医疗器械零售", "增加体外诊断试剂经营范围"],
        5,
    ),
    permission(
        "药品零售经营许可决定书",
        "普通",
        "药品经营许可证",
        "YP",
        ["处方药、非处方药零售", "乙类非处方药零售", "中药饮片零售"],
        5,
    ),
    permission(
        "企业投资项目核准决定书",
        "核准",
        "",
        "TZ",
        ["年产智能家居组件技改项目核准", "屋顶分布式光伏项目核准", "储能电站项目核准"],
        2,
    ),
    permission(
        "占用挖掘城市道路许可决定书",
        "普通",
        "",
        "ZD",
        ["同意临时占用人行道施工", "同意挖掘路面敷设燃气管道", "同意挖掘绿化带敷设通信管线"],
        1,
    ),
    permission(
        "林木采伐许可决定书",
        "普通",
        "林木采伐许可证",
        "LM",
        ["准予采伐毛竹", "准予采伐杉木人工林", "准予更新采伐防护林"],
        1,
    ),
    permission(
        "水产苗种生产许可决定书",
        "普通",
        "水产苗种生产许可证",
        "SC",
        ["准予生产青虾苗种", "准予生产罗氏沼虾苗种", "准予生产鲈鱼苗种"],
        3,
    ),
];

/// Where the permitted activity takes place, after the number of the house.
pub(crate) const PREMISES: [&str; 8] =
    ["厂区内", "一层", "一至二层", "三号楼", "临街商铺", "地块内", "东侧", "园区内"];

/// What closes the content.
pub(crate) const CONDITIONS: [&str; 8] = [
    "请按许可范围开展活动",
    "有效期届满需延续的，应在届满三十日前提出申请",
    "许可事项发生变化的，应当及时办理变更手续",
    "经营过程中应接受监督检查",
    "请妥善保管证书正本及副本",
    "应当落实安全和环保措施",
    "不得涂改、倒卖、出租、出借",
    "请在场所显著位置公示",
];
