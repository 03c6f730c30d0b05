//! What an endpoint is, and the list of all of them.
//!
//! Server, office, OpenAPI document and the role tests all read these types, so they cannot drift apart.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::access::Access;

/// Every path stands below this prefix.
pub const BASE: &str = "/api/v1";

/// HTTP verbs in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads; changes nothing.
    Get,
    /// Creates, or runs a command.
    Post,
    /// Changes the given fields.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The verb as HTTP spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request with this verb may change something.
    #[must_use]
    pub const fn mutates(self) -> bool {
        match self {
            Self::Get => false,
            Self::Post | Self::Patch | Self::Delete => true,
        }
    }
}

/// A value that travels: a body, a reply, a path or a query. Implemented by the macro `wire!`.
#[cfg(not(feature = "openapi"))]
pub trait Wire: Serialize + DeserializeOwned + 'static {
    /// The version that `If-Match` must name to change this value; `None` where nothing is versioned.
    fn version(&self) -> Option<i64> {
        None
    }
}

/// A value that travels: a body, a reply, a path or a query. Implemented by the macro `wire!`.
#[cfg(feature = "openapi")]
pub trait Wire: Serialize + DeserializeOwned + utoipa::ToSchema + 'static {
    /// The version that `If-Match` must name to change this value; `None` where nothing is versioned.
    fn version(&self) -> Option<i64> {
        None
    }
}

/// One endpoint of the API, as a type.
pub trait Endpoint: 'static {
    /// Stable name; the operation id in the OpenAPI document.
    const NAME: &'static str;
    /// One sentence for the documentation.
    const SUMMARY: &'static str;
    /// The verb.
    const METHOD: Method;
    /// Path below [`BASE`], with `{name}` for parameters.
    const PATH: &'static str;
    /// What the caller must hold.
    const NEEDS: Access;
    /// Whether `If-Match: "<version>"` is required.
    const IF_MATCH: bool;
    /// Status of a success.
    const STATUS: u16;
    /// Parameters in the path.
    type Path: Wire;
    /// Parameters behind the `?`.
    type Query: Wire;
    /// The request's body.
    type Body: Wire;
    /// The answer's body.
    type Reply: Wire;

    /// The URL for these parameters, e.g. `/api/v1/work-centers?q=laser`.
    fn href(path: &Self::Path, query: &Self::Query) -> String {
        let url = url(Self::PATH, &serde_json::to_value(path).unwrap_or_default());
        with_query(url, &serde_json::to_value(query).unwrap_or_default())
    }
}

/// The URL of a path below [`BASE`] with the values of its parameters.
#[must_use]
pub fn url(path: &str, parameters: &serde_json::Value) -> String {
    let parameters = parameters.as_object().into_iter().flatten();
    parameters.fold(format!("{BASE}{path}"), |url, (name, value)| url.replace(&format!("{{{name}}}"), &as_text(value)))
}

fn with_query(url: String, query: &serde_json::Value) -> String {
    let pairs = query.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    match serde_urlencoded::to_string(pairs.map(|(name, value)| (name, as_text(value))).collect::<Vec<_>>()) {
        Ok(text) if !text.is_empty() => format!("{url}?{text}"),
        _ => url,
    }
}

fn as_text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What can be known of an endpoint without its types.
#[derive(Debug, Clone, Copy)]
pub struct EndpointInfo {
    /// See [`Endpoint::NAME`].
    pub name: &'static str,
    /// See [`Endpoint::SUMMARY`].
    pub summary: &'static str,
    /// See [`Endpoint::METHOD`].
    pub method: Method,
    /// See [`Endpoint::PATH`].
    pub path: &'static str,
    /// See [`Endpoint::NEEDS`].
    pub needs: Access,
    /// See [`Endpoint::IF_MATCH`].
    pub if_match: bool,
    /// See [`Endpoint::STATUS`].
    pub status: u16,
    /// Schemas of query, body and reply.
    #[cfg(feature = "openapi")]
    pub schemas: [crate::endpoint::SchemaOf; 3],
}

/// How to get one type's schema and the schemas it refers to.
#[cfg(feature = "openapi")]
#[derive(Debug, Clone, Copy)]
pub struct SchemaOf {
    /// The schema's name in the document.
    pub name: fn() -> std::borrow::Cow<'static, str>,
    /// The schema itself.
    pub schema: fn() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
    /// Collects what it refers to.
    pub references: fn(&mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>),
}

#[cfg(feature = "openapi")]
impl SchemaOf {
    const fn of<T: utoipa::ToSchema>() -> Self {
        Self { name: T::name, schema: T::schema, references: T::schemas }
    }
}

impl EndpointInfo {
    /// The untyped half of an endpoint.
    #[must_use]
    pub const fn of<E: Endpoint>() -> Self {
        Self {
            name: E::NAME,
            summary: E::SUMMARY,
            method: E::METHOD,
            path: E::PATH,
            needs: E::NEEDS,
            if_match: E::IF_MATCH,
            status: E::STATUS,
            #[cfg(feature = "openapi")]
            schemas: [SchemaOf::of::<E::Query>(), SchemaOf::of::<E::Body>(), SchemaOf::of::<E::Reply>()],
        }
    }
}

/// Every endpoint there is, noun by noun. A route that is not listed here is not mounted.
pub const ALL: &[&[EndpointInfo]] = &[
    crate::sessions::ENDPOINTS,
    crate::users::ENDPOINTS,
    crate::saved_views::ENDPOINTS,
    crate::settings::ENDPOINTS,
    crate::number_series::ENDPOINTS,
    crate::unit_categories::ENDPOINTS,
    crate::units::ENDPOINTS,
    crate::unit_uses::ENDPOINTS,
    crate::work_schedules::ENDPOINTS,
    crate::shop_closures::ENDPOINTS,
    crate::work_centers::ENDPOINTS,
    crate::attributes::ENDPOINTS,
    crate::product_costs::ENDPOINTS,
    crate::cost_histories::ENDPOINTS,
    crate::product_demands::ENDPOINTS,
    crate::products::ENDPOINTS,
    crate::variants::ENDPOINTS,
    crate::routings::ENDPOINTS,
    crate::bom_updates::ENDPOINTS,
    crate::attachments::ENDPOINTS,
    crate::boms::ENDPOINTS,
    crate::bom_imports::ENDPOINTS,
    crate::bom_pastes::ENDPOINTS,
    crate::similar_products::ENDPOINTS,
    crate::data_files::ENDPOINTS,
    crate::bom_comparisons::ENDPOINTS,
    crate::where_used::ENDPOINTS,
    crate::component_replacements::ENDPOINTS,
    crate::loss_reasons::ENDPOINTS,
    crate::downtimes::ENDPOINTS,
    crate::oee::ENDPOINTS,
    crate::warehouses::ENDPOINTS,
    crate::suppliers::ENDPOINTS,
    crate::supplier_prices::ENDPOINTS,
    crate::purchase_requests::ENDPOINTS,
    crate::requests_for_quotation::ENDPOINTS,
    crate::purchase_orders::ENDPOINTS,
    crate::sales_orders::ENDPOINTS,
    crate::lots::ENDPOINTS,
    crate::lot_traces::ENDPOINTS,
    crate::pegging::ENDPOINTS,
    crate::labels::ENDPOINTS,
    crate::papers::ENDPOINTS,
    crate::stock::ENDPOINTS,
    crate::stock_corrections::ENDPOINTS,
    crate::transfers::ENDPOINTS,
    crate::deliveries::ENDPOINTS,
    crate::counts::ENDPOINTS,
    crate::stock_values::ENDPOINTS,
    crate::stock_value_differences::ENDPOINTS,
    crate::manufacturing_orders::ENDPOINTS,
    crate::material_lines::ENDPOINTS,
    crate::cost_sheets::ENDPOINTS,
    crate::order_costs::ENDPOINTS,
    crate::work_orders::ENDPOINTS,
];

/// [`ALL`], flat.
pub fn all() -> impl Iterator<Item = &'static EndpointInfo> {
    ALL.iter().copied().flatten()
}

/// Marks types as [`Wire`]; `versioned` ones carry their version in a field `version: i64`.
macro_rules! wire {
    ($($name:ty),+ $(,)?) => { $(impl $crate::endpoint::Wire for $name {})+ };
    (versioned $($name:ty),+ $(,)?) => {
        $(impl $crate::endpoint::Wire for $name {
            fn version(&self) -> Option<i64> { Some(self.version) }
        })+
    };
}

/// Declares a body or a reply: the derives that all of them share; unknown fields are refused.
macro_rules! dto {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($body)* }
        )+
    };
}

/// Declares a plain noun once: its editable fields, those of them that are costs, and what is only read. From it come
/// the body that is written, the record that is read (id, all fields, version), and the body of a record.
///
/// ```text
/// noun! {
///     /// A work center.
///     pub struct WorkCenterView of WorkCenterId, edited as WorkCenterInput {
///         /// Its code, unique.
///         pub code: String,
///     }
///     costs {
///         /// Cost per hour.
///         pub costs_hour: Option<Decimal>,
///     }
///     reads {
///         /// The schedule's name.
///         pub work_schedule_name: Option<String>,
///     }
/// }
/// ```
macro_rules! noun {
    (
        $(#[$meta:meta])*
        pub struct $view:ident of $id:ty, edited as $input:ident { $($(#[$fmeta:meta])* pub $field:ident: $type:ty,)* }
        $(costs { $($(#[$cmeta:meta])* pub $cost:ident: $cost_type:ty,)* })?
        $(reads { $($(#[$rmeta:meta])* pub $read:ident: $read_type:ty,)* })?
    ) => {
        dto! {
            $(#[$meta])*
            pub struct $view {
                /// Its id.
                pub id: $id,
                $($(#[$fmeta])* pub $field: $type,)*
                $($(
                    $(#[$cmeta])*
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub $cost: $cost_type,
                )*)?
                $($($(#[$rmeta])* pub $read: $read_type,)*)?
                /// For `If-Match`.
                pub version: i64,
            }

            #[doc = concat!("The editable fields of a `", stringify!($view), "`.")]
            pub struct $input {
                $($(#[$fmeta])* pub $field: $type,)*
                $($($(#[$cmeta])* pub $cost: $cost_type,)*)?
            }
        }
        wire!(versioned $view);
        wire!($input);

        impl From<$view> for $input {
            fn from(view: $view) -> Self {
                Self { $($field: view.$field,)* $($($cost: view.$cost,)*)? }
            }
        }

        impl $view {
            /// The fields that callers without `cost.read` may not see.
            pub const COSTS: &'static [&'static str] = &[$($(stringify!($cost),)*)?];

            /// Removes what callers without `cost.read` may not see.
            #[allow(clippy::needless_pass_by_ref_mut, clippy::unused_self, reason = "a noun without costs hides none")]
            pub fn hide_costs(&mut self) {
                $($(self.$cost = None;)*)?
            }
        }
    };
}

/// Nothing: no parameters, no body, no answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Empty {}
wire!(Empty);

/// The path of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdPath<Id> {
    /// Which record.
    pub id: Id,
}

#[cfg(not(feature = "openapi"))]
impl<Id: Serialize + DeserializeOwned + 'static> Wire for IdPath<Id> {}
#[cfg(feature = "openapi")]
impl<Id: Serialize + DeserializeOwned + utoipa::ToSchema + 'static> Wire for IdPath<Id> {}

macro_rules! or_empty {
    () => {
        $crate::endpoint::Empty
    };
    ($type:ty) => {
        $type
    };
}

macro_rules! is_given {
    () => {
        false
    };
    ($($given:tt)+) => {
        true
    };
}

macro_rules! status_of {
    () => {
        200
    };
    (creates) => {
        201
    };
}

/// Declares endpoints and collects them into the module's `ENDPOINTS`.
///
/// ```text
/// endpoints! {
///     /// Starts the work.
///     StartWorkOrder: Post "/work-orders/{id}/start", Needs(Permission::WorkOrderExecute), versioned,
///         { path: IdPath<WorkOrderId>, body: Empty, reply: WorkOrderView };
/// }
/// ```
macro_rules! endpoints {
    ($(
        #[doc = $summary:expr]
        $name:ident: $method:ident $path:expr, $needs:expr, $($if_match:ident,)?
        { $(path: $p:ty,)? $(query: $q:ty,)? $(body: $b:ty,)? $(reply: $r:ty)? } $($creates:ident)?;
    )+) => {
        $(
            #[doc = $summary]
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $crate::endpoint::Endpoint for $name {
                const NAME: &'static str = stringify!($name);
                const SUMMARY: &'static str = $summary.trim_ascii();
                const METHOD: $crate::endpoint::Method = $crate::endpoint::Method::$method;
                const PATH: &'static str = $path;
                const NEEDS: $crate::access::Access = $needs;
                const IF_MATCH: bool = is_given!($($if_match)?);
                const STATUS: u16 = status_of!($($creates)?);
                type Path = or_empty!($($p)?);
                type Query = or_empty!($($q)?);
                type Body = or_empty!($($b)?);
                type Reply = or_empty!($($r)?);
            }
        )+

        /// This noun's endpoints.
        pub const ENDPOINTS: &[$crate::endpoint::EndpointInfo] =
            &[$($crate::endpoint::EndpointInfo::of::<$name>(),)+];
    };
}

/// Declares the five endpoints that every plain noun has (list, read, create, update, delete), and any others behind them.
macro_rules! noun_endpoints {
    (
        $noun:literal at $path:literal, id: $id:ty, read: $read:expr, write: $write:expr,
        query: $query:ty, row: $row:ty, view: $view:ty, input: $input:ty,
        names: $list:ident $get:ident $create:ident $update:ident $delete:ident;
        $($rest:tt)*
    ) => {
        endpoints! {
            #[doc = concat!("Lists every ", $noun, " that matches, a page at a time.")]
            $list: Get $path, $crate::access::Access::Needs($read),
                { query: $query, reply: $crate::page::Page<$row> };
            #[doc = concat!("Reads one ", $noun, ".")]
            $get: Get concat!($path, "/{id}"), $crate::access::Access::Needs($read),
                { path: $crate::endpoint::IdPath<$id>, reply: $view };
            #[doc = concat!("Creates one ", $noun, ".")]
            $create: Post $path, $crate::access::Access::Needs($write), { body: $input, reply: $view } creates;
            #[doc = concat!("Changes the given fields of one ", $noun, ".")]
            $update: Patch concat!($path, "/{id}"), $crate::access::Access::Needs($write), versioned,
                { path: $crate::endpoint::IdPath<$id>, body: $crate::patch::Patch<$input>, reply: $view };
            #[doc = concat!("Removes one ", $noun, " that nothing refers to.")]
            $delete: Delete concat!($path, "/{id}"), $crate::access::Access::Needs($write), versioned,
                { path: $crate::endpoint::IdPath<$id>, };
            $($rest)*
        }
    };
}
