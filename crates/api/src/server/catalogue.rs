//! The routes about the kinds of record that are taken in.

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::response::Response;
use utoipa::IntoParams;

use super::Shared;
use super::download::send_file;
use super::import::slug_in;
use super::routes::{Answer, ask};
use crate::code::Code;
use crate::service::{Service, ServiceError};
use crate::types::{FileBytes, ItemList, ItemShown};

/// The catalogue item that a path names.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ItemPath {
    /// Short name of the item.
    #[param(example = "xzcf")]
    slug: String,
}

impl<S: Send + Sync> FromRequestParts<S> for ItemPath {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ServiceError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_not_text| Code::UnknownItem)?;
        Ok(Self { slug: slug_in(&text)? })
    }
}

/// All catalogue items
#[utoipa::path(
    get, path = "/v1/catalog", tag = "catalogue", operation_id = "items",
    responses((status = 200, body = ItemList, description = "The items, by rising number."))
)]
pub(super) async fn items(State(shared): State<Shared>) -> Answer<ItemList> {
    ask(shared, Service::items).await.map(|items| Json(ItemList { items }))
}

/// A catalogue item
///
/// Its fields, the rules between them, the deadline, and the older headers that are understood.
#[utoipa::path(
    get, path = "/v1/catalog/{slug}", tag = "catalogue", operation_id = "item",
    params(ItemPath),
    responses((status = 200, body = ItemShown, description = "The item."))
)]
pub(super) async fn item(State(shared): State<Shared>, path: ItemPath) -> Answer<ItemShown> {
    ask(shared, move |service| service.item(&path.slug)).await.map(Json)
}

/// A blank workbook for an item
///
/// With drop-downs, an example row and a note to each field. The example row may stay: it is known
/// again and skipped.
#[utoipa::path(
    get, path = "/v1/catalog/{slug}/template", tag = "catalogue", operation_id = "template",
    params(ItemPath),
    responses((
        status = 200, body = inline(FileBytes), description = "The workbook.",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ))
)]
pub(super) async fn template(
    State(shared): State<Shared>,
    path: ItemPath,
) -> Result<Response, ServiceError> {
    send_file(shared, move |service| service.template(&path.slug)).await
}
