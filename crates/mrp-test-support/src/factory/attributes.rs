//! Attributes, and the templates that offer them.

use mrp_api::attributes::{AttributeInput, AttributeValue, AttributeView, CreateAttribute};
use mrp_api::products::{CreateProduct, ProductInput, ProductView};

use crate::factory::Factory;

impl Factory {
    /// The fields of an attribute with two values.
    #[must_use]
    pub fn attribute_input(&self) -> AttributeInput {
        let value = |code: &str, name: &str| AttributeValue { id: None, code: code.to_owned(), name: name.to_owned() };
        AttributeInput {
            code: self.code("A"),
            name: "Colour".to_owned(),
            values: vec![value("RED", "Red"), value("BLUE", "Blue")],
        }
    }

    /// An attribute with two values.
    pub async fn attribute(&self) -> AttributeView {
        self.client.post::<CreateAttribute>(&self.attribute_input()).await.ok()
    }

    /// A product that offers both values of an attribute.
    pub async fn template(&self) -> ProductView {
        let values = self.attribute().await.values;
        let input = ProductInput {
            attribute_value_ids: values.into_iter().filter_map(|value| value.id).collect(),
            ..self.product_input(self.unit().await.id)
        };
        self.client.post::<CreateProduct>(&input).await.ok()
    }
}
