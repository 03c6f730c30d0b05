//! The demonstration: the example factory, loaded once, with users whose passwords everybody knows.

mod master_data;
mod orders;
mod recipes;
mod stools;
mod suppliers;

use anyhow::{Result, anyhow};
use mrp_api::access::Role;
use mrp_domain::ids::UserId;
use mrp_store::tx::{Actor, Tx};
use mrp_store::users::UserRow;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::app::App;
use crate::error::ApiError;

/// The password of every demonstration user.
pub const PASSWORD: &str = "demo-factory";

/// A demonstration user.
#[derive(Debug, Clone, Copy)]
pub struct DemoUser {
    /// The user name.
    pub login: &'static str,
    /// The person's name.
    pub name: &'static str,
    /// The role.
    pub role: Role,
    /// Labour cost per hour.
    pub rate: u32,
}

/// Who can log in.
pub const USERS: &[DemoUser] = &[
    DemoUser { login: "admin", name: "Ana Ionescu", role: Role::Admin, rate: 0 },
    DemoUser { login: "manager", name: "Mihai Radu", role: Role::ProductionManager, rate: 0 },
    DemoUser { login: "planner", name: "Ioana Pop", role: Role::Planner, rate: 0 },
    DemoUser { login: "cutter", name: "Radu Toma", role: Role::Operator, rate: 25 },
    DemoUser { login: "welder", name: "Vasile Rusu", role: Role::Operator, rate: 28 },
    DemoUser { login: "welder2", name: "Andrei Moldovan", role: Role::Operator, rate: 28 },
    DemoUser { login: "painter", name: "Dan Marin", role: Role::Operator, rate: 24 },
    DemoUser { login: "inspector", name: "Elena Dinu", role: Role::Operator, rate: 30 },
    DemoUser { login: "store", name: "Maria Stan", role: Role::Storekeeper, rate: 0 },
    DemoUser { login: "buyer", name: "Paul Enache", role: Role::Buyer, rate: 0 },
    DemoUser { login: "sales", name: "Irina Lungu", role: Role::Sales, rate: 0 },
    DemoUser { login: "finance", name: "Sorin Popa", role: Role::Finance, rate: 0 },
    DemoUser { login: "viewer", name: "Oana Nistor", role: Role::Viewer, rate: 0 },
];

/// The id of a demonstration user, by the place in [`USERS`].
#[must_use]
pub fn user_id(place: usize) -> Uuid {
    Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_F000 + u128::try_from(place).unwrap_or_default())
}

/// Loads everything in one transaction, unless it is there already.
///
/// # Errors
/// When the database is away, or holds a company that is not the demonstration.
pub async fn load_once(app: &App) -> Result<()> {
    let mut connection = app.store.connection().await?;
    if mrp_store::settings::read(&mut connection).await?.is_demo {
        return Ok(());
    }
    drop(connection);
    let hash = app.passwords.hash(PASSWORD.to_owned()).await.map_err(|error| anyhow!("{:?}", error.code()))?;
    let actor = Actor {
        user_id: UserId::from_uuid(user_id(0)),
        action: "load-demo",
        request_id: Uuid::now_v7().simple().to_string(),
        now: app.clock.now(),
    };
    let mut tx = app.store.begin(actor).await?;
    load(&mut tx, &hash).await.map_err(|error| anyhow!("{error:?}"))?;
    tx.commit(None).await?;
    Ok(())
}

/// Opens a few orders in the demonstration, unless there are any.
///
/// # Errors
/// When the database is away.
pub async fn open_orders_once(app: &App) -> Result<()> {
    let mut connection = app.store.connection().await?;
    let now = app.clock.now();
    let setting = mrp_store::settings::read(&mut connection).await?;
    let counts = mrp_store::manufacturing_orders::counts(&mut connection, now.datetime()).await?;
    drop(connection);
    if !setting.is_demo || counts.all > 0 {
        return Ok(());
    }
    let planner = user_id(2);
    let actor = Actor {
        user_id: UserId::from_uuid(planner),
        action: "load-demo",
        request_id: Uuid::now_v7().simple().to_string(),
        now,
    };
    let mut tx = app.store.begin(actor).await?;
    orders::open(app, &mut tx, planner).await.map_err(|error| anyhow!("{error:?}"))?;
    tx.commit(None).await?;
    Ok(())
}

/// One function for each noun, in the order in which they refer to each other.
async fn load(tx: &mut Tx, hash: &str) -> Result<(), ApiError> {
    users(tx, hash).await?;
    company(tx).await?;
    master_data::units(tx).await?;
    master_data::calendar(tx).await?;
    master_data::work_centers(tx).await?;
    master_data::loss_reasons(tx).await?;
    master_data::warehouse(tx).await?;
    master_data::products(tx).await?;
    recipes::load(tx).await?;
    stools::load(tx).await?;
    suppliers::load(tx).await?;
    master_data::opening_stock(tx).await?;
    Ok(())
}

async fn users(tx: &mut Tx, hash: &str) -> Result<(), ApiError> {
    for (place, user) in USERS.iter().enumerate() {
        let row = UserRow {
            id: user_id(place),
            login: user.login.to_owned(),
            name: user.name.to_owned(),
            role: user.role.to_string(),
            language: "en".to_owned(),
            hourly_rate: (user.rate > 0).then(|| Decimal::from(user.rate)),
            active: true,
            version: 0,
        };
        row.values(Some(hash.to_owned())).save(tx, user_id(place), None).await?;
    }
    Ok(())
}

async fn company(tx: &mut Tx) -> Result<(), ApiError> {
    let mut setting = mrp_store::settings::read(tx.connection()).await?;
    let version = setting.version;
    "Atelier Carpați".clone_into(&mut setting.company_name);
    setting.is_demo = true;
    mrp_store::settings::save(tx, setting, version).await?;
    Ok(())
}
