//! The table of codes. One entry: name, text, class; what it means for people; what to do about it.

use super::{Description, ErrorClass};

macro_rules! codes {
    ($($name:ident $code:literal $class:ident, $zh:literal, $en:literal $(, hint $hint:literal)?;)+) => {
        /// Codes that this crate itself answers with, or that every [`crate::Service`] needs. An
        /// intake or store may add its own ([`crate::ServiceError::new`]).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ", $en, ".")] $name,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its words.
            pub fn describe(self) -> Description {
                match self {
                    $(Self::$name => {
                        let hint: &[&'static str] = &[$($hint)?];
                        Description {
                            code: $code,
                            class: ErrorClass::$class,
                            zh: $zh,
                            en: $en,
                            hint: hint.first().copied(),
                        }
                    })+
                }
            }
        }
    };
}

codes! {
    // Requests, whatever they ask for.
    Unauthorized "UNAUTHORIZED" Unauthorized,
        "缺少访问令牌，或令牌不正确",
        "the access token is missing or wrong",
        hint "send `Authorization: Bearer` with the content of the node's api-token file";
    RouteNotFound "ROUTE_NOT_FOUND" NotFound, "没有这个接口", "there is no such route";
    MethodNotAllowed "METHOD_NOT_ALLOWED" MethodNotAllowed,
        "该接口不支持这种请求方法", "the route does not take this method";
    BadRequest "BAD_REQUEST" BadRequest,
        "请求参数缺失或格式不正确", "a parameter is missing or malformed";
    BodyNotAllowed "BODY_NOT_ALLOWED" BadRequest,
        "该请求不应带有正文", "this request takes no body";
    BodyTooLarge "BODY_TOO_LARGE" TooLarge,
        "请求正文过大", "the body of the request is too large",
        hint "a JSON body holds at most 256 KiB";

    // Questions.
    NaturalPersonRefused "NATURAL_PERSON_REFUSED" Forbidden,
        "不提供自然人信用信息查询", "natural persons can't be asked for",
        hint "a query about a person needs an account, a basis and an audit log";
    NoSubjectCode "NO_SUBJECT_CODE" BadRequest,
        "不是信用主体代码", "this is no code of a subject";
    LogNotFound "LOG_NOT_FOUND" NotFound, "本节点没有这个日志", "no such log is here";
    NoCheckpoint "NO_CHECKPOINT" NotFound,
        "该日志尚无可公开的检查点", "the log has no checkpoint that may be shown yet",
        hint "a checkpoint is shown once the log's deciders hold it";
    EntryNotFound "ENTRY_NOT_FOUND" NotFound,
        "该日志没有这个编号的条目", "the log has no entry of this number";
    NotYetSigned "NOT_YET_SIGNED" Conflict,
        "该条目已接收，但尚未列入已签名的检查点", "the entry is in no signed checkpoint yet",
        hint "signing waits for the log's deciders; see /v1/status";
    UnknownItem "UNKNOWN_ITEM" NotFound,
        "目录中没有这个事项", "the catalogue has no such item",
        hint "see /v1/catalog";

    // Imports.
    ImportNotFound "IMPORT_NOT_FOUND" NotFound,
        "没有该文件的导入记录", "no import of this file is known";
    ImportExpired "IMPORT_EXPIRED" Gone,
        "上传的文件已过保存期限并被删除", "the upload is past its time and was removed",
        hint "import the file again";
    NothingToConfirm "NOTHING_TO_CONFIRM" Conflict,
        "没有待确认的预检结果", "no preview of this file waits to be confirmed",
        hint "preview the file first: POST /v1/imports?preview=true";
    NothingRejected "NOTHING_REJECTED" NotFound,
        "没有被退回的行", "no row was rejected";
    PartNotFound "PART_NOT_FOUND" NotFound,
        "退回文件没有这一部分", "the rejected rows have no such part",
        hint "parts count from 1 to `rejected_parts` of the summary";
    UnknownKind "UNKNOWN_KIND" BadRequest,
        "不支持这种文件格式", "rejected rows do not come in this kind of file",
        hint "csv, tsv or xlsx";
    DigestMismatch "DIGEST_MISMATCH" Unprocessable,
        "收到的内容与所报摘要不符", "the bytes received are not those of the digest",
        hint "the file may have changed while it was sent: import it again";
    UploadCutOff "UPLOAD_CUT_OFF" BadRequest,
        "上传中断", "the upload ended before its end",
        hint "import the same file again: rows taken in already are not doubled";
    ImportTooLarge "IMPORT_TOO_LARGE" TooLarge, "文件过大", "the file is too large";
    ImportRunning "IMPORT_RUNNING" Conflict,
        "同一文件正在导入", "the same file is being imported right now",
        hint "follow it at /v1/imports/{digest}";
    TooManyImports "TOO_MANY_IMPORTS" TooMany,
        "同时进行的导入过多", "too many imports at once",
        hint "try again when one has ended";
    TooManyWatchers "TOO_MANY_WATCHERS" TooMany,
        "同时查看进度的连接过多", "too many callers watch imports",
        hint "ask /v1/imports/{digest} instead";
    StorageFull "STORAGE_FULL" Unavailable,
        "节点磁盘空间不足", "the node has no room left to keep the upload",
        hint "discard imports that are not needed (DELETE /v1/imports/{digest}), or make room";

    // Decisions and notices.
    ReasonNeeded "REASON_NEEDED" BadRequest,
        "请填写理由", "a reason is needed",
        hint "say in a few words why, without any word about a person";
    ReviewerNeeded "REVIEWER_NEEDED" Forbidden,
        "需要审核人员的意见", "a reviewer's word is needed",
        hint "send `review` with the reviewer's words and the header X-Tiaoxi-Reviewer with their token";
    ReviewerUnknown "REVIEWER_UNKNOWN" Forbidden,
        "审核人员令牌不正确", "no reviewer is known by this token";
    EntryUnsigned "ENTRY_UNSIGNED" Conflict,
        "该条目尚未签名，暂不能更正或撤回", "the entry is not signed yet, so a notice must wait",
        hint "try again once /v1/status shows the log signed up to it";
    NoticePending "NOTICE_PENDING" Conflict,
        "该条目已有更正或撤回，尚未签名", "another notice on this entry is not signed yet",
        hint "try again once it is signed; see /v1/status";
    AlreadyEnded "ALREADY_ENDED" Conflict,
        "该条目已被更正、撤回或删除", "the entry no longer counts: corrected, withdrawn or erased",
        hint "look at the subject: a corrected record is corrected again by its newest entry";
    NotOurs "NOT_OURS" Forbidden,
        "该条目不是本单位发布的", "the entry is another member's",
        hint "only who stated a record corrects or withdraws it";
    NotARecord "NOT_A_RECORD" Unprocessable,
        "该条目不是信用记录", "this is no record",
        hint "a correction takes a record; a withdrawal a record or an import";
    NoChange "NO_CHANGE" Unprocessable,
        "更正后与原记录相同", "the correction changes nothing";
    RowRefused "ROW_REFUSED" Unprocessable,
        "更正后的记录未通过校验", "the corrected record does not pass its checks";
    RowNotFound "ROW_NOT_FOUND" NotFound,
        "该批次没有由这一行产生的记录", "this row of the import brought in no record";

    // Mutual recognition.
    AgreementNotFound "AGREEMENT_NOT_FOUND" NotFound,
        "章程中没有这个协议", "the charter has no such agreement",
        hint "see /v1/agreements";
    NotInForce "NOT_IN_FORCE" Conflict,
        "协议或互认决定当前不生效", "the agreement or the recognition is not in force now",
        hint "see `starts`, `ends` and `in_force` at /v1/agreements, `state` at /v1/listings";
    NotAParty "NOT_A_PARTY" Forbidden,
        "本单位不是该协议的列入或互认方", "this node lists and recognises in no such agreement",
        hint "counties follow their hub: what it recognises applies here too";
    NoSupervisionCatalog "NO_SUPERVISION_CATALOG" Conflict,
        "章程未指定监管目录，或本节点没有该目录文件",
        "the charter names no supervision catalogue, or its file is not here";
    ListingNotFound "LISTING_NOT_FOUND" NotFound,
        "本节点没有这条列入信息", "no such listing is here",
        hint "see /v1/listings; a listing is named by the origin of its log and its number";
    AlreadyListed "ALREADY_LISTED" Conflict,
        "该主体已依据同一决定列入", "the subject is listed already by the same decision";
    ListingEnded "LISTING_ENDED" Conflict,
        "该列入已终止", "the listing has ended",
        hint "nothing revives it; a new decision is a new listing";
    Breach "BREACH" Unprocessable,
        "不符合协议或监管目录", "it breaks the agreement or the supervision catalogue";
    OwnListing "OWN_LISTING" Forbidden,
        "列入单位不能对自己的列入作互认决定", "an origin does not recognise its own listing",
        hint "an own listing is ended: POST /v1/ends";
    NotTheOrigin "NOT_THE_ORIGIN" Forbidden,
        "不是本单位列入的对象", "the listing is another member's",
        hint "only the origin ends a listing or answers objections to it";
    OfficerNeeded "OFFICER_NEEDED" Forbidden,
        "互认决定须由审核人员作出", "an officer has to decide",
        hint "an officer is a reviewer's token: `tiaoxi reviewer add`, then the header X-Tiaoxi-Reviewer";
    SecondOfficerNeeded "SECOND_OFFICER_NEEDED" Conflict,
        "须由第二名审核人员作出相同决定", "a second officer has to decide the same",
        hint "the same request with the header X-Tiaoxi-Reviewer of another officer";
    SameOfficer "SAME_OFFICER" Conflict,
        "同一审核人员不能作出两次决定", "the same officer has decided on it already",
        hint "another officer has to decide";
    ContradictoryDecisions "CONTRADICTORY_DECISIONS" Conflict,
        "两名审核人员的决定不一致", "officers have decided differently",
        hint "nothing is recorded until they decide the same; each may decide anew";
    DecidedAlready "DECIDED_ALREADY" Conflict,
        "已作出相同的互认决定", "the same is decided already";
    Unmapped "UNMAPPED" Unprocessable,
        "协议对应表未涉及该标准和等级，仅供参考",
        "the agreement maps this standard and level to nothing here: it is advisory",
        hint "see `maps` at /v1/agreements";
    HarsherThanMap "HARSHER_THAN_MAP" Unprocessable,
        "措施严于协议对应表或列入地", "harsher than the agreement's map or than at the origin",
        hint "see `maps` at /v1/agreements and the listing";
    TermBeyondOrigin "TERM_BEYOND_ORIGIN" Unprocessable,
        "期限超出列入地的期限", "the term goes beyond the origin's";
    UnknownCause "UNKNOWN_CAUSE" BadRequest,
        "终止事由不正确", "this is no cause for which it can end",
        hint "a listing: repair, delisted, revoked, objection-upheld, agreement-ended, standard-withdrawn; a recognition: terminated";
    ObjectionNotFound "OBJECTION_NOT_FOUND" NotFound,
        "没有待答复的异议", "no objection waits for an answer";
    NothingToRepair "NOTHING_TO_REPAIR" NotFound,
        "没有该决定的记录或列入", "nothing by this decision is recorded or listed here",
        hint "compare the number of the decision, `of_document`, with the subject's records";
    DatesOutOfOrder "DATES_OUT_OF_ORDER" Unprocessable,
        "日期先后不正确", "days are in the wrong order";
    OnTheList "ON_THE_LIST" Conflict,
        "该主体已列入名单，不能出具未列入证明",
        "the subject is listed: there is no certificate of absence",
        hint "see /v1/subjects/{code}/supervision";
    PaperFormat "PAPER_FORMAT" BadRequest,
        "不支持这种格式", "the paper does not come in this format",
        hint "a notice: html or text; a timeline: json, text or html; a certificate: note or html";

    // The node.
    JournalFull "JOURNAL_FULL" Unavailable,
        "预写日志已达上限，等待见证单位存取", "the journal is full until the log's deciders hold it",
        hint "see /v1/status for who is behind";
    NotReady "NOT_READY" Unavailable,
        "节点正在启动或停止", "the node is starting or stopping";
    Busy "BUSY" Unavailable, "节点繁忙，请稍后再试", "too many requests at once";
    Timeout "TIMEOUT" Unavailable, "处理超时", "the answer took too long";
    Damaged "DAMAGED" Internal,
        "节点的数据文件已损坏", "a file of the node is damaged",
        hint "see the node's log and /v1/status";
    Internal "INTERNAL" Internal, "节点内部错误", "a fault of the node",
        hint "see the node's log";
}
