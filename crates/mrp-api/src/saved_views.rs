//! Saved views: filters, sort and columns of a list under a name.

use mrp_domain::ids::SavedViewId;

use crate::access::Access;
use crate::endpoint::IdPath;
use crate::page::Page;
use crate::patch::Patch;

/// Most views of one person on one list.
pub const SAVED_VIEWS_MAX: usize = 50;

dto! {
    /// A saved view.
    pub struct SavedViewView {
        /// Its id.
        pub id: SavedViewId,
        /// The list that it is a view of, e.g. `product`.
        pub list: String,
        /// What its tab is called.
        pub name: String,
        /// Search, filters and sort, as they stand behind the `?` of the list's address.
        pub query: String,
        /// The columns that it does not show, split by commas.
        pub hidden_columns: String,
        /// Whether everybody sees it.
        pub is_shared: bool,
        /// Whose it is.
        pub owner_name: String,
        /// Whether the caller may change it: it is his own, or he is an administrator.
        pub is_own: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable fields of a saved view.
    pub struct SavedViewInput {
        /// The list that it is a view of.
        pub list: String,
        /// What its tab is called; unique among one's own views of that list.
        pub name: String,
        /// Search, filters and sort, as they stand behind the `?` of the list's address.
        pub query: String,
        /// The columns that it does not show, split by commas.
        pub hidden_columns: String,
        /// Whether everybody sees it.
        pub is_shared: bool,
    }

    /// Which views.
    #[derive(Default)]
    pub struct SavedViewQuery {
        /// Only views of this list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub list: Option<String>,
    }
}
wire!(versioned SavedViewView);
wire!(SavedViewInput, SavedViewQuery);

endpoints! {
    /// The caller's own views, and those that others share, by name.
    ListSavedViews: Get "/saved-views", Access::SignedIn, { query: SavedViewQuery, reply: Page<SavedViewView> };
    /// Saves a view.
    CreateSavedView: Post "/saved-views", Access::SignedIn, { body: SavedViewInput, reply: SavedViewView } creates;
    /// Changes the given fields of one's own view.
    UpdateSavedView: Patch "/saved-views/{id}", Access::SignedIn, versioned,
        { path: IdPath<SavedViewId>, body: Patch<SavedViewInput>, reply: SavedViewView };
    /// Removes one's own view.
    DeleteSavedView: Delete "/saved-views/{id}", Access::SignedIn, versioned, { path: IdPath<SavedViewId>, };
}
