//! The office: the planner's interface in the browser.
//!
//! Reading order: [`links`] (every address), [`i18n`] and [`format`] (every text and number), [`api`], [`sentences`],
//! [`live`] and [`session`] (the server), [`ui`] (the parts), [`pages`] (the nouns), [`app`] (the frame that holds a page).

pub mod api;
pub mod app;
pub mod format;
pub mod history;
pub mod i18n;
pub mod json;
pub mod links;
pub mod live;
pub mod pages;
pub mod parcels;
pub mod sentences;
pub mod session;
pub mod storage;
pub mod ui;
