//! The formats of an item: the current one and its earlier generations. What a column means in each.

use tiaoxi_catalog::{Generation, Item, OldColumn};

/// Bytes of the longest name that a column can have: 200 characters and marks.
const NAME_BYTES_MAX: usize = 700;

/// One format of an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format<'i> {
    pub(crate) item: &'i Item,
    /// The earlier generation; `None`: the current one.
    pub(crate) old: Option<&'i Generation>,
}

/// What a format makes of a column.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Known<'i> {
    /// It holds a field, by its place in [`Item::fields`].
    Field(usize),
    /// An earlier generation names or fills it otherwise than today.
    Old(&'i OldColumn),
}

impl Known<'_> {
    /// The field that it holds, by its place in [`Item::fields`].
    pub(crate) fn field(self) -> Option<usize> {
        match self {
            Self::Field(field) => Some(field),
            Self::Old(OldColumn::Field(field)) => Some(*field),
            Self::Old(OldColumn::PassedOver { .. }) => None,
        }
    }
}

impl<'i> Format<'i> {
    /// Every format of an item, the current one first.
    pub(crate) fn all(item: &'i Item) -> impl Iterator<Item = Self> {
        let old = item.generations().iter().map(Some);
        std::iter::once(None).chain(old).map(move |old| Self { item, old })
    }

    /// Place of the earlier generation in the item's list, and its year.
    pub(crate) fn place(&self) -> Option<(usize, u16)> {
        let year = self.old?.year;
        let place = self.item.generations().iter().position(|old| old.year == year)?;
        Some((place, year))
    }

    /// What a column means, if the format has it.
    pub(crate) fn known(&self, name: &str) -> Option<Known<'i>> {
        let name = name.trim();
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return None;
        }
        let Some(old) = self.old else { return self.item.field_index(name).map(Known::Field) };
        // The same header may have meant something else, so the earlier meaning comes first.
        old.column(name).map(Known::Old).or_else(|| {
            let field = self.item.field_index(name)?;
            (!old.lacks(field) && !old.supplies(field)).then_some(Known::Field(field))
        })
    }

    /// How many of the columns the format has.
    pub(crate) fn count(&self, columns: &[String]) -> usize {
        columns.iter().filter(|name| self.known(name).is_some()).count()
    }

    /// Whether a field does without a column in this format.
    pub(crate) fn supplies(&self, field: usize) -> bool {
        self.old.is_some_and(|old| {
            let is_class = || {
                let role = self.item.fields().get(field).and_then(|field| field.role);
                role == Some(tiaoxi_catalog::Role::SubjectClass)
            };
            old.supplies(field) || (old.derives_class && is_class())
        })
    }
}
