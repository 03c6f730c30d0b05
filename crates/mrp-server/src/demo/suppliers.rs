//! Who sells steel, paint, bolts and oak to the example factory: some of it two of them, one cheaper, one sooner.

use mrp_api::supplier_prices::SupplierPriceInput;
use mrp_api::suppliers::SupplierInput;
use mrp_domain::example;
use mrp_domain::ids::{ProductId, SupplierId, UnitId};
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::ApiError;
use crate::noun::Noun;
use crate::routes::supplier_prices::SupplierPrices;
use crate::routes::suppliers::Suppliers;

struct DemoSupplier {
    code: &'static str,
    name: &'static str,
    email: &'static str,
    lead_days: u32,
    over_receipt_percent: u32,
    /// What it sells.
    prices: &'static [DemoPrice],
}

struct DemoPrice {
    product: ProductId,
    unit: UnitId,
    article: &'static str,
    cents: i64,
    minimum: u32,
    multiple: u32,
    rank: u32,
}

const fn price(product: ProductId, unit: UnitId, article: &'static str, cents: i64) -> DemoPrice {
    DemoPrice { product, unit, article, cents, minimum: 0, multiple: 0, rank: 1 }
}

/// Steel comes in bars of six metres, paint in boxes of five kilograms.
const SUPPLIERS: &[DemoSupplier] = &[
    DemoSupplier {
        code: "OTEL",
        name: "Oțel Prim SRL",
        email: "comenzi@otelprim.example",
        lead_days: 5,
        over_receipt_percent: 5,
        prices: &[
            DemoPrice { minimum: 12, multiple: 6, ..price(example::STEEL_TUBE, example::METRE, "TP-40-2", 1_230) },
            price(example::BOLT, example::PIECE, "M8-20", 20),
            price(example::FOOT, example::PIECE, "PR-40", 72),
        ],
    },
    DemoSupplier {
        code: "CROMA",
        name: "Croma Vopsele SA",
        email: "vanzari@croma.example",
        lead_days: 7,
        over_receipt_percent: 0,
        prices: &[DemoPrice {
            minimum: 5,
            multiple: 5,
            ..price(example::POWDER_PAINT, example::KILOGRAM, "EP-9005", 3_850)
        }],
    },
    DemoSupplier {
        code: "RAPID",
        name: "Rapid Industrial SRL",
        email: "office@rapid.example",
        lead_days: 2,
        over_receipt_percent: 0,
        prices: &[
            DemoPrice { rank: 2, ..price(example::POWDER_PAINT, example::KILOGRAM, "RI-2201", 4_400) },
            DemoPrice { rank: 2, ..price(example::BOLT, example::PIECE, "RI-0082", 24) },
            price(example::OAK_BOARD, example::PIECE, "RI-7100", 3_480),
        ],
    },
];

/// Makes suppliers and prices.
///
/// # Errors
/// When the database is away.
pub(super) async fn load(tx: &mut Tx) -> Result<(), ApiError> {
    for supplier in SUPPLIERS {
        let id = Uuid::now_v7();
        let input = SupplierInput {
            code: supplier.code.to_owned(),
            name: supplier.name.to_owned(),
            email: supplier.email.to_owned(),
            lead_days: supplier.lead_days,
            over_receipt_percent: Decimal::from(supplier.over_receipt_percent),
            note: String::new(),
            active: true,
        };
        Suppliers::save(tx, id, None, input).await?;
        for price in supplier.prices {
            let input = SupplierPriceInput {
                product_id: price.product,
                supplier_id: SupplierId::from_uuid(id),
                supplier_article: price.article.to_owned(),
                unit_id: price.unit,
                min_quantity: Decimal::from(price.minimum),
                order_multiple: Decimal::from(price.multiple),
                lead_days: None,
                valid_from: None,
                valid_until: None,
                rank: price.rank,
                price: Some(Decimal::new(price.cents, 2)),
            };
            SupplierPrices::save(tx, Uuid::now_v7(), None, input).await?;
        }
    }
    Ok(())
}
