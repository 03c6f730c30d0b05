//! Products: finished goods and components.

use crate::vocabulary;

vocabulary! {
    /// How a product behaves in stock.
    pub enum ProductType {
        /// Kept in stock, counted and valued.
        Storable = "storable",
        /// Bought and used, never counted: reservation always succeeds.
        Consumable = "consumable",
        /// Work done by somebody else.
        Service = "service",
    }
}

vocabulary! {
    /// Where a product's unit cost comes from.
    pub enum CostMethod {
        /// The standard cost typed in on the product.
        Standard = "standard",
        /// The moving average of what came in.
        MovingAverage = "moving_average",
    }
}

vocabulary! {
    /// Whether pieces are told apart.
    pub enum Tracking {
        /// All pieces are alike.
        None = "none",
        /// By batch.
        Lot = "lot",
        /// One by one.
        Serial = "serial",
    }
}
