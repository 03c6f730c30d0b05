//! The pages, noun by noun: `list` (columns and filters), `form` (fields), and where a record is more than a form, `detail`.

pub mod login;
pub mod not_found;

pub mod work_centers;
