//! Work schedules: the shifts of a shop.

use mrp_domain::ids::{WorkCenterId, WorkScheduleId};
use mrp_domain::time::Instant;

use crate::access::{Access, Permission};
use crate::endpoint::IdPath;
use crate::page::NounQuery;

dto! {
    /// A part of a shift in which nobody works.
    pub struct ShiftBreak {
        /// Shop's clock, `HH:MM`.
        pub from: String,
        /// Shop's clock, `HH:MM`.
        pub until: String,
    }

    /// One shift on one weekday.
    pub struct Shift {
        /// E.g. "Shift I".
        pub name: String,
        /// 1 = Monday … 7 = Sunday; the day on which the shift begins.
        pub weekday: u8,
        /// Shop's clock, `HH:MM`.
        pub from: String,
        /// Shop's clock, `HH:MM`; not later than `from` means the next day.
        pub until: String,
        /// Breaks within it.
        pub breaks: Vec<ShiftBreak>,
    }


    /// A time in which somebody works.
    pub struct WorkingWindow {
        /// Begin.
        pub start: Instant,
        /// End.
        pub finish: Instant,
    }

    /// Days on which nobody works, or only in part, although the schedule has shifts.
    pub struct ClosedDays {
        /// Why.
        pub reason: String,
        /// The first day, `YYYY-MM-DD`.
        pub date_from: String,
        /// The last day.
        pub date_until: String,
        /// Whether the whole of each day is closed.
        pub is_whole_day: bool,
    }

    /// The resulting hours.
    pub struct WorkingWindowsView {
        /// In UTC, sorted, disjoint.
        pub windows: Vec<WorkingWindow>,
        /// What was taken out of the shifts, and why; as they are, also beyond the days that were asked for.
        pub closures: Vec<ClosedDays>,
    }
}
noun! {
    /// A work schedule.
    pub struct WorkScheduleView of WorkScheduleId, edited as WorkScheduleInput {
        /// Its name, unique.
        pub name: String,
        /// IANA zone of its clock.
        pub zone: String,
        /// Whether work centers without a schedule of their own use it.
        pub is_default: bool,
        /// First day on which it holds, `YYYY-MM-DD`.
        pub valid_from: Option<String>,
        /// Last day on which it holds, `YYYY-MM-DD`.
        pub valid_until: Option<String>,
        /// Its shifts.
        pub shifts: Vec<Shift>,
    }
    reads {
        /// Working time of one week without closures.
        pub weekly_seconds: u64,
    }
}
list_query! {
    /// Which days to resolve.
    pub struct WindowsQuery {
        /// First day, `YYYY-MM-DD`.
        pub from: Option<String>,
        /// Last day, `YYYY-MM-DD`, at most 366 days after.
        pub until: Option<String>,
    }
}
wire!(WorkingWindowsView);

noun_endpoints! {
    "work schedule" at "/work-schedules", id: WorkScheduleId,
    read: Permission::MasterDataRead, write: Permission::CalendarWrite,
    query: NounQuery, row: WorkScheduleView, view: WorkScheduleView, input: WorkScheduleInput,
    names: ListWorkSchedules GetWorkSchedule CreateWorkSchedule UpdateWorkSchedule DeleteWorkSchedule;

    /// Resolves a work schedule and the company's closures into working hours.
    GetWorkingWindows: Get "/work-schedules/{id}/windows", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<WorkScheduleId>, query: WindowsQuery, reply: WorkingWindowsView };
    /// Working hours of a work center: its own schedule, or the company's default one, less closures of either.
    GetWorkCenterHours: Get "/work-centers/{id}/windows", Access::Needs(Permission::MasterDataRead),
        { path: IdPath<WorkCenterId>, query: WindowsQuery, reply: WorkingWindowsView };
}
