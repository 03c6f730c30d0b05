//! A noun's fields, declared once: from the row to the record that is read, and from the body to the row that is
//! written, with every fault told at its field.
//!
//! A field has one name in all layers. Between row and wire only its type differs, and a pair of types differs in one
//! way for all nouns: [`FromStored`] and [`IntoStored`].

use mrp_domain::ids::{
    DowntimeId, LocationId, LossReasonId, ProductId, SupplierId, SupplierPriceId, UnitCategoryId, UnitId, WarehouseId,
    WorkCenterId, WorkScheduleId,
};
use mrp_domain::loss_reason::{DowntimeClass, LossKind};
use mrp_domain::text::{Code, Name};
use mrp_domain::time::Instant;
use mrp_domain::work_center::WorkCenterKind;
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::error::ApiError;

/// A value of the wire that is kept as an `S`.
pub trait FromStored<S>: Sized {
    /// The value as the wire shows it.
    ///
    /// # Errors
    /// `internal` for a corrupt value.
    fn from_stored(stored: S) -> Result<Self, ApiError>;
}

/// A parsed value, as an `S` keeps it.
pub trait IntoStored<S> {
    /// The value as it is kept.
    fn into_stored(self) -> S;
}

/// Every way in which a wire's type and a column's type belong together.
macro_rules! stored {
    ($($wire:ty, $stored:ty: $from:expr, $into:expr;)+) => { $(
        impl FromStored<$stored> for $wire {
            fn from_stored(stored: $stored) -> Result<Self, ApiError> { ($from)(stored) }
        }
        impl IntoStored<$stored> for $wire {
            fn into_stored(self) -> $stored { ($into)(self) }
        }
    )+ };
}

macro_rules! stored_as_it_is {
    ($($type:ty),+) => { stored! { $($type, $type: Ok, std::convert::identity;)+ } };
}
stored_as_it_is!(String, bool, i64, Decimal, Option<String>, Option<Decimal>, Option<Date>);

macro_rules! stored_ids {
    ($($id:ty),+) => { stored! { $(
        $id, Uuid: |id| Ok(<$id>::from_uuid(id)), <$id>::uuid;
        Option<$id>, Option<Uuid>: |id: Option<Uuid>| Ok(id.map(<$id>::from_uuid)), |id: Option<$id>| id.map(<$id>::uuid);
        Vec<$id>, Vec<Uuid>:
            |ids: Vec<Uuid>| Ok(ids.into_iter().map(<$id>::from_uuid).collect()),
            |ids: Vec<$id>| ids.into_iter().map(<$id>::uuid).collect();
    )+ } };
}
stored_ids!(
    DowntimeId,
    LocationId,
    LossReasonId,
    ProductId,
    SupplierId,
    SupplierPriceId,
    UnitCategoryId,
    UnitId,
    WarehouseId,
    WorkCenterId,
    WorkScheduleId
);

macro_rules! stored_words {
    ($($word:ty),+) => { stored! { $(
        $word, String: |text: String| crate::noun::word(&text), |word: $word| word.to_string();
    )+ } };
}
stored_words!(WorkCenterKind, LossKind, DowntimeClass);

impl FromStored<Option<String>> for Option<DowntimeClass> {
    fn from_stored(stored: Option<String>) -> Result<Self, ApiError> {
        stored.as_deref().map(crate::noun::word).transpose()
    }
}

impl IntoStored<Option<String>> for Option<DowntimeClass> {
    fn into_stored(self) -> Option<String> {
        self.map(|class| class.to_string())
    }
}

stored! {
    Instant, OffsetDateTime: |at| Ok(Self::from_datetime(at)), Self::datetime;
    Option<Instant>, Option<OffsetDateTime>:
        |at: Option<OffsetDateTime>| Ok(at.map(Instant::from_datetime)),
        |at: Option<Instant>| at.map(Instant::datetime);
    // What a field's parser lets through is far below what its column holds.
    u32, i32: |number| Ok(crate::noun::integer(number)), |number| i32::try_from(number).unwrap_or(i32::MAX);
    Option<u32>, Option<i32>:
        |number: Option<i32>| Ok(number.map(crate::noun::integer)),
        |number: Option<u32>| number.map(|number| i32::try_from(number).unwrap_or(i32::MAX));
}

impl FromStored<Option<Date>> for Option<String> {
    fn from_stored(day: Option<Date>) -> Result<Self, ApiError> {
        Ok(day.map(|day| day.to_string()))
    }
}

impl IntoStored<String> for Code {
    fn into_stored(self) -> String {
        self.into()
    }
}

impl IntoStored<String> for Name {
    fn into_stored(self) -> String {
        self.into()
    }
}

/// Checks a value that is kept as it was typed: `capacity: kept(WorkCenterCapacity::try_from)`.
pub fn kept<T: Copy, U, E>(check: impl Fn(T) -> Result<U, E>) -> impl Fn(&T) -> Result<T, E> {
    move |value| check(*value).map(|_| *value)
}

/// Declares the fields of a noun by name: the edited ones, each with the parser that its value must pass if there is
/// one, and the ones that are only read, each with what stands in a row that is about to be written. `view` makes the
/// record of a row; `row` makes the row of a body, or tells its faults together with those already found.
macro_rules! fields {
    (
        $noun:ident: $row:ident, $view:ident, $input:ident;
        edited { $($field:ident $(: $parser:expr)?,)+ }
        read { $($read:ident: $unread:expr,)* }
    ) => {
        impl $noun {
            fn view(row: $row) -> Result<$view, $crate::error::ApiError> {
                use $crate::fields::FromStored;
                Ok($view {
                    id: FromStored::from_stored(row.id)?,
                    $($field: FromStored::from_stored(row.$field)?,)+
                    $($read: FromStored::from_stored(row.$read)?,)*
                    version: row.version,
                })
            }

            fn fields(id: uuid::Uuid, input: $input, mut faults: $crate::error::Faults) -> Result<$row, $crate::error::ApiError> {
                use $crate::fields::IntoStored;
                $(let $field = parsed!(faults, input.$field, concat!("/", stringify!($field)) $(, $parser)?);)+
                faults.check()?;
                let ($(Some($field),)+) = ($($field,)+) else {
                    return Err($crate::error::ApiError::plain(&mrp_api::error::VALIDATION_FAILED));
                };
                Ok($row { id, $($field: $field.into_stored(),)+ $($read: $unread,)* version: 0 })
            }
        }
    };
}

/// One field: as it is, or through its parser.
macro_rules! parsed {
    ($faults:ident, $value:expr, $pointer:expr) => {
        Some($value)
    };
    ($faults:ident, $value:expr, $pointer:expr, $parser:expr) => {
        $faults.take($pointer, ($parser)(&$value))
    };
}

/// A plain noun with its five endpoints, mounted.
macro_rules! five_endpoints {
    ($noun:ident of $id:ident: $list:ident $get:ident $create:ident $update:ident $delete:ident) => {
        /// The noun.
        #[derive(Debug)]
        pub struct $noun;

        /// The five endpoints.
        pub fn mount(config: &mut actix_web::web::ServiceConfig) {
            $crate::noun::mount::<$noun, $list, $get, $create, $update, $delete, $id>(config);
        }
    };
}

/// The types of a noun that is listed and read as one and the same record, declared with [`fields!`].
macro_rules! one_record {
    ($row:ident, $view:ident, $input:ident) => {
        const TABLE: &'static str = $row::TABLE;
        const LIST: mrp_store::list::ListSpec = store::LIST;
        const LIST_COLUMNS: &'static str = $row::COLUMNS;
        type ListRow = $row;
        type Row = $view;
        type View = $view;
        type Input = $input;

        fn row(row: $row) -> Result<$view, $crate::error::ApiError> {
            Self::view(row)
        }

        async fn load(
            connection: &mut mrp_store::sql::PgConnection,
            id: uuid::Uuid,
        ) -> Result<$view, $crate::error::ApiError> {
            Self::view(mrp_store::table::find(connection, &Self::LIST, $row::COLUMNS, id).await?)
        }

        fn input(view: $view) -> $input {
            view.into()
        }

        fn hide_costs(view: &mut $view) {
            view.hide_costs();
        }

        fn hide_row_costs(row: &mut $view) {
            row.hide_costs();
        }
    };
}
