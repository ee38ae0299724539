//! The catalogue as a whole: every item that a node knows.

use crate::Item;

/// Items with unique numbers and slugs, by rising number.
#[derive(Debug, Default)]
pub struct Catalog {
    items: Vec<Item>,
}

/// Why items do not make a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogSetError {
    /// Two items have one number.
    #[error("items {first} and {second} both have number {number}")]
    DuplicateNumber {
        /// The number.
        number: u16,
        /// Slug of one.
        first: String,
        /// Slug of the other.
        second: String,
    },
    /// Two items have one slug.
    #[error("items {first} and {second} are both called {slug}")]
    DuplicateSlug {
        /// The slug.
        slug: String,
        /// Number of one.
        first: u16,
        /// Number of the other.
        second: u16,
    },
}

impl Catalog {
    /// Puts items together.
    pub fn new(mut items: Vec<Item>) -> Result<Self, CatalogSetError> {
        items.sort_by_key(Item::number);
        for (index, item) in items.iter().enumerate() {
            for other in items.iter().skip(index + 1) {
                if item.number() == other.number() {
                    return Err(CatalogSetError::DuplicateNumber {
                        number: item.number(),
                        first: item.slug().to_owned(),
                        second: other.slug().to_owned(),
                    });
                }
                if item.slug() == other.slug() {
                    return Err(CatalogSetError::DuplicateSlug {
                        slug: item.slug().to_owned(),
                        first: item.number(),
                        second: other.number(),
                    });
                }
            }
        }
        Ok(Self { items })
    }

    /// The item of a number, as headers name it.
    pub fn by_number(&self, number: u16) -> Option<&Item> {
        self.items.iter().find(|item| item.number() == number)
    }

    /// The item of a slug, as people name it.
    pub fn by_slug(&self, slug: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.slug() == slug)
    }

    /// Every item, by rising number.
    pub fn iter(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }
}
