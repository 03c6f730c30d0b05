//! The table of contents: every noun mounts its endpoints here. What all of them need stands in [`crate::noun`].

pub mod calendars;
pub mod sessions;
pub mod settings;
pub mod totals;
pub mod work_centers;

use actix_web::web::ServiceConfig;

/// Mounts all of them.
pub fn mount_all(config: &mut ServiceConfig) {
    config.configure(sessions::mount).configure(settings::mount).configure(work_centers::mount);
}
