//! Attributes: what variants of a product differ by, with their values.

use mrp_domain::ids::{AttributeId, AttributeValueId};

use crate::access::Permission;

dto! {
    /// A value of an attribute, in the order of its attribute.
    pub struct AttributeValue {
        /// Its id; absent: the value that has the code, or else a new one.
        #[serde(default)]
        pub id: Option<AttributeValueId>,
        /// Its code, unique in its attribute; codes of variants end with it.
        pub code: String,
        /// Its name.
        pub name: String,
    }

    /// A value with its attribute, as products and lines name it.
    pub struct AttributeChoiceView {
        /// The value.
        pub value_id: AttributeValueId,
        /// Its attribute.
        pub attribute_id: AttributeId,
        /// The attribute's name.
        pub attribute: String,
        /// The value's code.
        pub code: String,
        /// The value's name.
        pub name: String,
    }
}
noun! {
    /// An attribute.
    pub struct AttributeView of AttributeId, edited as AttributeInput {
        /// Its code, unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Its values in their order.
        pub values: Vec<AttributeValue>,
    }
    reads {
        /// How many templates offer values of it.
        pub template_count: i64,
    }
}
list_query! {
    /// A list of attributes.
    pub struct AttributeQuery {
    }
}

noun_endpoints! {
    "attribute" at "/attributes", id: AttributeId,
    read: Permission::MasterDataRead, write: Permission::ProductWrite,
    query: AttributeQuery, row: AttributeView, view: AttributeView, input: AttributeInput,
    names: ListAttributes GetAttribute CreateAttribute UpdateAttribute DeleteAttribute;
}
