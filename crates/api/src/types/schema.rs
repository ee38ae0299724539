//! How bytes, digests and days written as text stand in the OpenAPI document.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Base64Bytes, Date, Digest, HexBytes};

fn text() -> ObjectBuilder {
    Object::builder().schema_type(Type::String)
}

impl PartialSchema for HexBytes {
    fn schema() -> RefOr<Schema> {
        let object = text().pattern(Some("^([0-9a-f]{2})*$"));
        object.description(Some("Bytes as lower-case hexadecimal.")).into()
    }
}

impl ToSchema for HexBytes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("HexBytes")
    }
}

impl PartialSchema for Base64Bytes {
    fn schema() -> RefOr<Schema> {
        let object = text().content_encoding("base64");
        object.description(Some("Bytes as standard base64 with padding.")).into()
    }
}

impl ToSchema for Base64Bytes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Base64Bytes")
    }
}

impl PartialSchema for Digest {
    fn schema() -> RefOr<Schema> {
        let object = text().pattern(Some("^[0-9a-fA-F]{64}$"));
        object.description(Some("BLAKE3 of a file: the name of its import.")).into()
    }
}

impl ToSchema for Digest {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Digest")
    }
}

impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        let object = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
        object.description(Some("A day, `YYYY-MM-DD`.")).into()
    }
}

impl ToSchema for Date {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Date")
    }
}

/// The bytes of a file, as a body.
pub(crate) struct FileBytes;

impl PartialSchema for FileBytes {
    fn schema() -> RefOr<Schema> {
        text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))).into()
    }
}

impl ToSchema for FileBytes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FileBytes")
    }
}
