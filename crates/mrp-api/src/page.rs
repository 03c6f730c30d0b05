//! Lists: one page of rows and where the next one starts.

use serde::{Deserialize, Serialize};

use crate::endpoint::Wire;

/// Rows on a page when the caller does not say.
pub const LIMIT_DEFAULT: u32 = 80;
/// Most rows on one page.
pub const LIMIT_MAX: u32 = 200;

/// As far as rows are counted: what comes behind is told as "more than that".
pub const TOTAL_MAX: u64 = 10_000;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// Pass it as `cursor` to get the rows behind these; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many rows match on all pages together, at most a second old; [`TOTAL_MAX`] + 1 when there are more than that.
    pub total: u64,
}

impl<T> Page<T> {
    /// The same page with every row turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor, total: self.total }
    }
}

#[cfg(not(feature = "openapi"))]
impl<T: Serialize + serde::de::DeserializeOwned + 'static> Wire for Page<T> {}
#[cfg(feature = "openapi")]
impl<T: Serialize + serde::de::DeserializeOwned + utoipa::ToSchema + 'static> Wire for Page<T> {}

/// What every list understands, whatever its noun.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageQuery {
    /// Words that must occur in the row's code or name.
    pub q: Option<String>,
    /// A field name; `-` in front sorts downwards.
    pub sort: Option<String>,
    /// Rows on the page, at most [`LIMIT_MAX`].
    pub limit: Option<u32>,
    /// From the previous page's `next_cursor`.
    pub cursor: Option<String>,
}

/// A query type that carries the common list parameters.
pub trait ListQuery: Wire + Clone + Default {
    /// The common part.
    fn page(&self) -> PageQuery;
}

/// Declares a list's query: the common parameters and the noun's own filters.
macro_rules! list_query {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident: Option<$type:ty>,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Words that must occur in the row's code or name.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub q: Option<String>,
            /// A field name; `-` in front sorts downwards.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub sort: Option<String>,
            /// Rows on the page, 1 to 200.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub limit: Option<u32>,
            /// From the previous page's `next_cursor`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub cursor: Option<String>,
            $(
                $(#[$fmeta])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
        }

        impl $crate::page::ListQuery for $name {
            fn page(&self) -> $crate::page::PageQuery {
                $crate::page::PageQuery {
                    q: self.q.clone(),
                    sort: self.sort.clone(),
                    limit: self.limit,
                    cursor: self.cursor.clone(),
                }
            }
        }

        wire!($name);
    };
}

list_query! {
    /// A list of master data.
    pub struct NounQuery {
        /// Only active (`true`) or only inactive (`false`) rows.
        pub active: Option<bool>,
    }
}
