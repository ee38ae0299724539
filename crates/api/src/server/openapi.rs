//! Every route, once: the router is made from the same list as its OpenAPI 3.1 document.
//!
//! A handler's `utoipa::path` says method, path, parameters and answer. What can go wrong
//! stands in `refusals`, by codes of the table, and becomes answers of the document.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr, Schema, SecurityRequirement};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    Shared, catalogue, events, examples, gate, import, imports, notices, recognition, refusals,
    routes, statements,
};
use crate::code::Code;
use crate::types::ApiError;

/// What the document says before its routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tiaoxi node",
        description = "Public credit records of a county, signed and shared. 苕溪节点接口：导入、预检、更正、撤回、查询、证明与重点监管对象互认。\n\nEvery route but `/v1/health` needs the node's token. Errors carry a stable `code` and words in Chinese and English. Requests with unknown parameters or fields are refused; ignore unknown fields of answers.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "http://127.0.0.1:7081", description = "A node on this machine")),
    // The paths that the router writes otherwise, see `routes`.
    paths(routes::checkpoint, recognition::listing, recognition::notice),
    components(schemas(ApiError)),
    tags(
        (name = "imports", description = "Files in, rejected rows out. 文件导入"),
        (name = "notices", description = "Corrections and withdrawals. 更正与撤回"),
        (name = "recognition", description = "Key supervision objects between members. 重点监管对象互认"),
        (name = "catalogue", description = "Kinds of record and their templates. 目录与模板"),
        (name = "subjects", description = "What is recorded. 主体查询"),
        (name = "logs", description = "Signed logs and proofs. 日志与证明"),
        (name = "node", description = "The node itself. 节点状态"),
    ),
)]
struct Page;

/// Name of the token in the document.
const TOKEN: &str = "token";
/// Schemas of requests: what they leave out has a meaning. Answers always carry every field.
const REQUESTS: [&str; 15] = [
    "ListingRequest",
    "SubjectShape",
    "FromRecordsRequest",
    "DecisionsRequest",
    "RecognitionRequest",
    "EndRequest",
    "RepairRequest",
    "ObjectionRequest",
    "AnswerRequest",
    "ImportDecision",
    "WithdrawalRequest",
    "CorrectionRequest",
    "EntryTarget",
    "RowTarget",
    "ImportTarget",
];
/// The OpenAPI document, as `GET /v1/openapi.json` answers and `docs/openapi.json` holds it.
pub fn document() -> String {
    to_json(&routes().1)
}

pub(super) fn to_json(document: &Document) -> String {
    let mut text = document.to_pretty_json().expect("plain data becomes JSON");
    text.push('\n');
    // The same words describe the Rust types, where nothing is called `None`.
    text.replace("`None`", "`null`")
}

/// The document of this node
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "node", operation_id = "openapi",
    responses((status = 200, body = Object, description = "OpenAPI 3.1."))
)]
async fn openapi(State(shared): State<Shared>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], shared.document).into_response()
}

/// The routes, and what they say of themselves.
pub(super) fn routes() -> (Router<Shared>, Document) {
    let (router, mut document) = OpenApiRouter::with_openapi(Page::openapi())
        .routes(routes!(routes::health))
        .routes(routes!(routes::status))
        .routes(routes!(openapi))
        .routes(routes!(routes::logs))
        // An origin has slashes; a wildcard must end its route, so the handlers take the rest off.
        .route("/v1/logs/{*origin_and_checkpoint}", get(routes::checkpoint))
        .route("/v1/listings/{*origin_and_number}", get(recognition::at_listing))
        .routes(routes!(routes::subject))
        .routes(routes!(routes::proof))
        .routes(routes!(import::import, imports::imports))
        .routes(routes!(imports::progress, imports::discard))
        .routes(routes!(import::confirm))
        .routes(routes!(events::events))
        .routes(routes!(imports::findings))
        .routes(routes!(imports::rejected))
        .routes(routes!(notices::withdraw))
        .routes(routes!(notices::correct))
        .routes(routes!(catalogue::items))
        .routes(routes!(catalogue::item))
        .routes(routes!(catalogue::template))
        .routes(routes!(recognition::agreements))
        .routes(routes!(recognition::supervision))
        .routes(routes!(recognition::exchange))
        .routes(routes!(recognition::listings, statements::list))
        .routes(routes!(statements::list_from_records))
        .routes(routes!(recognition::subject_supervision))
        .routes(routes!(recognition::timeline))
        .routes(routes!(recognition::absence))
        .routes(routes!(statements::recognise))
        .routes(routes!(statements::end))
        .routes(routes!(statements::repair))
        .routes(routes!(statements::decisions))
        .routes(routes!(statements::object))
        .routes(routes!(statements::answer))
        .split_for_parts();
    complete(&mut document);
    (router, document)
}

/// Adds the token, the errors, and that answers are whole.
fn complete(document: &mut Document) {
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The content of the node's `api-token` file."))
        .build();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
    for (name, schema) in &mut components.schemas {
        if !REQUESTS.contains(&name.as_str()) {
            require_all(schema);
        }
        if *name == ApiError::name() {
            list_codes(schema);
        }
    }
    document.security = Some(vec![SecurityRequirement::new(TOKEN, [] as [&str; 0])]);
    for (path, item) in &mut document.paths.paths {
        let operations =
            [&mut item.get, &mut item.post, &mut item.delete, &mut item.put, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            refusals::add(operation, path != gate::HEALTH);
            examples::add(operation);
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter
                    && parameter.parameter_in == ParameterIn::Header
                {
                    // A header is there or not; it is never null.
                    parameter.schema = Some(Object::with_type(Type::String).into());
                }
            }
        }
    }
}

/// An answer's fields are always there, empty or not.
fn require_all(schema: &mut RefOr<Schema>) {
    let object = match schema {
        RefOr::T(Schema::Object(object)) => object,
        RefOr::T(Schema::AllOf(parts)) => return parts.items.iter_mut().for_each(require_all),
        _ => return,
    };
    object.required = object.properties.keys().cloned().collect();
    for property in object.properties.values_mut() {
        match property {
            RefOr::Ref(property) => property.default = None,
            RefOr::T(Schema::Object(property)) => property.default = None,
            RefOr::T(Schema::Array(property)) => property.default = None,
            RefOr::T(Schema::OneOf(property)) => property.default = None,
            RefOr::T(_) => {}
        }
    }
}

fn list_codes(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else { return };
    let Some(RefOr::T(Schema::Object(code))) = object.properties.get_mut("code") else { return };
    let known: Vec<_> = Code::ALL.iter().map(|code| format!("`{}`", code.as_str())).collect();
    code.description = Some(format!(
        "Stable, for programs. One of {}, or a code of what reads files (docs/catalogue.md).",
        known.join(", ")
    ));
}
