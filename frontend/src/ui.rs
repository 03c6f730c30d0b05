//! The parts that every page is made of. `frontend/README.md` shows each in use.

pub mod ask;
pub mod button;
pub mod cell;
pub mod dialog;
pub mod field;
pub mod field_value;
pub mod field_view;
pub mod form;
pub mod icon;
pub mod lines;
pub mod list;
pub mod list_rows;
pub mod list_state;
pub mod list_tools;
pub mod menu;
pub mod page;
pub mod palette;
pub mod picker;
pub mod record;
pub mod record_conflict;
pub mod shell;
pub mod shortcuts;
pub mod state;
pub mod table;
pub mod toast;
