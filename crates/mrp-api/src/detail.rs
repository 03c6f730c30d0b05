//! What is wrong in one case, as a sentence that has a code of its own: the English one, and the facts in it, from which
//! the office says it in the user's language. An error's code tells the kind of trouble; this tells what about it.
//!
//! Codes are append-only, like those of [`crate::error`].

mod domain_errors;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// A sentence with places for facts, `{like this}`.
#[derive(Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Its stable name on the wire.
    pub code: &'static str,
    /// How it is said in English.
    pub english: &'static str,
}

macro_rules! sentences {
    ($($name:ident = $code:literal, $english:literal;)+) => {
        $(
            #[doc = $english]
            pub const $name: Sentence = Sentence { code: $code, english: $english };
        )+

        /// Every sentence there is.
        pub const ALL: &[Sentence] = &[$($name,)+];
    };
}

sentences! {
    TEXT_EMPTY = "text_empty", "is empty";
    TEXT_TOO_LONG = "text_too_long", "has {found} characters, at most {most} are allowed";
    TEXT_CONTROL_CHARACTER = "text_control_character", "contains the control character {character} at character {position}";
    AMOUNT_INEXACT = "amount_inexact", "the amount has too many digits to be exact";
    DIVISION_BY_ZERO = "division_by_zero", "an amount cannot be divided by zero";
    STEP_NOT_POSITIVE = "step_not_positive", "the rounding step {step} is not more than zero";
    QUANTITY_NOT_POSITIVE = "quantity_not_positive", "the quantity {found} is not more than zero";
    QUANTITY_TOO_LARGE = "quantity_too_large", "the quantity {found} is above {most}";
    QUANTITY_TOO_FINE = "quantity_too_fine", "the quantity {found} has more than {most} decimals";
    NOT_A_FRACTION = "not_a_fraction", "`{value}` is not a fraction";
    AMOUNT_NEGATIVE = "amount_negative", "{found} is less than zero";
    AMOUNT_TOO_LARGE = "amount_too_large", "{found} is above {most}";
    AMOUNT_TOO_FINE = "amount_too_fine", "{found} has more than {most} decimals";
    LOSS_OUT_OF_RANGE = "loss_out_of_range", "a loss of {found} % is not at least 0 and below 100 %";
    COST_SHARE_OUT_OF_RANGE = "cost_share_out_of_range", "a cost share of {found} % is not between 0 and 100 %";
    PERCENT_TOO_FINE = "percent_too_fine", "{found} % has more than {most} decimals";
    EFFICIENCY_OUT_OF_RANGE = "efficiency_out_of_range", "the efficiency {found} % is not more than 0 and at most {most} %";
    CAPACITY_OUT_OF_RANGE = "capacity_out_of_range", "the capacity {found} is not between 1 and {most}";
    OEE_TARGET_OUT_OF_RANGE = "oee_target_out_of_range", "the OEE target {found} % is not more than 0 and at most 100 %";
    OWN_ALTERNATIVE = "own_alternative", "it cannot stand in for itself";
    ALTERNATIVES_TOO_MANY = "alternatives_too_many", "{found} alternatives are more than {most}";
    ALTERNATIVE_TWICE = "alternative_twice", "an alternative is listed more than once";
    RATIO_NOT_POSITIVE = "ratio_not_positive", "the ratio {found} of a unit to its reference unit is not more than zero";
    UNITS_DIFFER = "units_differ", "`{from}` and `{to}` measure different things";
    UNIT_DIFFERS_FROM_PRODUCT = "unit_differs_from_product", "the unit belongs to another category than the product's";
    NOT_POSITIVE = "not_positive", "not more than zero";
    NOT_NEGATIVE = "not_negative", "not below zero";
    BETWEEN = "between", "between {least} and {most}";
    AT_MOST = "at_most", "at most {most}";
    AT_MOST_DAYS = "at_most_days", "at most {most} days";
    AT_MOST_CHARACTERS = "at_most_characters", "at most {most} characters are allowed";
    AT_MOST_LINES = "at_most_lines", "at most {most} lines are allowed";
    AT_MOST_AT_ONCE = "at_most_at_once", "at most {most} at once";
    LINE_NEEDED = "line_needed", "at least one line is needed";
    NOT_A_MULTIPLE = "not_a_multiple", "it is not a multiple of {step}";
    LISTED_TWICE = "listed_twice", "it stands there twice";
    NOT_A_DAY = "not_a_day", "`{value}` is not a day like 2026-03-15";
    NOT_A_TIME_OF_DAY = "not_a_time_of_day", "`{value}` is not a time between 00:00 and 24:00";
    DAYS_BACKWARDS = "days_backwards", "the last day {until} lies before the first day {from}";
    DAYS_IN_WRONG_ORDER = "days_in_wrong_order", "the last day lies before the first";
    BEGINS_AT_END_OF_DAY = "begins_at_end_of_day", "it begins at 24:00";
    DAYS_TOO_MANY = "days_too_many", "{found} days are more than {most}";
    BOTH_TIMES_NEEDED = "both_times_needed", "part of a day has both times";
    DEADLINE_BEFORE_START = "deadline_before_start", "the deadline lies before the planned start";
    ZONE_MISSING = "zone_missing", "the zone is missing";
    ZONE_UNKNOWN = "zone_unknown", "there is no such time zone";
    SHIFTS_MISSING = "shifts_missing", "there are no shifts";
    SHIFTS_TOO_MANY = "shifts_too_many", "{found} shifts are more than {most}";
    SHIFT_BREAKS_TOO_MANY = "shift_breaks_too_many", "shift {shift} has {found} breaks, more than {most}";
    SHIFT_NAME_BAD = "shift_name_bad", "the name of shift {shift} is not one";
    SHIFT_WEEKDAY_UNKNOWN = "shift_weekday_unknown", "shift {shift} is on the weekday {found}, which is not between 1 and 7";
    SHIFT_TIME_BAD = "shift_time_bad", "shift {shift}: `{value}` is not a time of the day";
    SHIFTS_OVERLAPPING = "shifts_overlapping", "the shifts {first} and {second} overlap";
    SHIFT_BREAK_OUTSIDE = "shift_break_outside", "break {of_break} does not lie within shift {shift}";
    SHIFT_BREAKS_OVERLAPPING = "shift_breaks_overlapping", "the breaks {first} and {second} of shift {shift} overlap";
    TRACKED_WITHOUT_STOCK = "tracked_without_stock", "a product that is not counted in stock cannot be tracked";
    SERIAL_IN_FRACTIONS = "serial_in_fractions", "a product with serial numbers is counted in whole pieces, not in steps of {step}";
    PURCHASE_UNIT_DIFFERS = "purchase_unit_differs", "it is bought in `{purchase}` and kept in `{stock}`, which measure different things";
    MADE_WHEN_SOLD = "made_when_sold", "only what can be made is made when it is sold";
    CODE_KEPT = "code_kept", "a record keeps a code";
    VALUE_OF_ATTRIBUTE_UNKNOWN = "value_of_attribute_unknown", "there is no such value of an attribute";
    VARIANT_VALUE_MISSING = "variant_value_missing", "a value of one of the template's attributes is missing";
    VARIANT_VALUES_SEVERAL = "variant_values_several", "there are several values of one attribute";
    VARIANT_ATTRIBUTE_FOREIGN = "variant_attribute_foreign", "the template does not have the attribute of one of the values";
    VARIANT_VALUE_NOT_OFFERED = "variant_value_not_offered", "the template does not offer one of the values, so the variant stays inactive";
    TEMPLATE_VARIANTS = "template_variants", "the template has {variants} variants, so its attributes stay; values may come and go";
    PRODUCT_INACTIVE = "product_inactive", "the product is not active";
    PRODUCT_NOT_BOUGHT = "product_not_bought", "the product is not one that is bought";
    PRODUCT_NOT_MADE = "product_not_made", "the product is not one that is made";
    PRODUCT_NOT_SOLD = "product_not_sold", "the product is not one that is sold";
    PRODUCT_NOT_STORED = "product_not_stored", "only storable products are counted in stock";
    PRODUCT_NOT_DELIVERED = "product_not_delivered", "only storable products are delivered from stock";
    PRODUCT_NOT_TRACKED = "product_not_tracked", "the product is not tracked, so it has no lots";
    BOM_OF_OTHER_PRODUCT = "bom_of_other_product", "the bill of materials makes another product";
    REVISIONS_SHARE = "revisions_share", "all revisions share their code and their product";
    SELF_REPLACING = "self_replacing", "a component cannot replace itself";
    SEQUENCE_BAD = "sequence_bad", "a sequence is a whole number from 1";
    STAFF_OUT_OF_RANGE = "staff_out_of_range", "between 1 and {most} people";
    LOTS_MISSING = "lots_missing", "the product is tracked by lots or serial numbers: name them";
    LOTS_SEVERAL = "lots_several", "one line is one lot, {found} were named";
    SERIALS_DIFFER = "serials_differ", "{pieces} pieces have {pieces} serial numbers, {found} were named";
    LOT_TWICE = "lot_twice", "`{number}` is named twice";
    LOTS_TOO_MANY = "lots_too_many", "more than {most} numbers at once";
    LOTS_NO_ROW = "lots_no_row", "`{value}` is no row of numbers: write it like SN-001..SN-020";
    LOT_NUMBER_BAD = "lot_number_bad", "`{value}` cannot be a number";
    LOT_STAYS = "lot_stays", "a lot stays with its product";
    LOT_EXPIRES_OTHERWISE = "lot_expires_otherwise", "the lot exists and expires on another day";
    SERIAL_ONE_PIECE = "serial_one_piece", "a serial number is one piece";
    EMAIL_BAD = "email_bad", "an address for mail looks like orders@example.com";
    LOGIN_HAS_SPACES = "login_has_spaces", "a user name has no spaces";
    LANGUAGE_UNKNOWN = "language_unknown", "en or ro";
    PASSWORD_MISSING = "password_missing", "a new user needs a password";
    PASSWORD_LENGTH = "password_length", "a password has {least} to {most} characters";
    CURRENCY_UNKNOWN = "currency_unknown", "there is no such currency; it is a code of ISO 4217, e.g. RON";
    NUMBER_GOES_BACK = "number_goes_back", "the next number is never lower than it is: numbers in use would come again";
    PREFIX_TAKEN = "prefix_taken", "another series has this prefix";
    WAREHOUSE_NEEDED = "warehouse_needed", "name the warehouse";
    WAREHOUSE_INACTIVE = "warehouse_inactive", "the warehouse is not active";
    SUPPLIER_INACTIVE = "supplier_inactive", "the supplier is not active";
    SUPPLIER_ASKED_ALREADY = "supplier_asked_already", "the supplier is asked already";
    NOBODY_ASKED = "nobody_asked", "no supplier is asked";
    OFFER_TAKEN = "offer_taken", "the offer is taken already";
    OFFER_MISSING = "offer_missing", "the supplier has not answered";
    OFFER_EXPIRED = "offer_expired", "the offer does not hold any more";
    OFFER_NEEDED = "offer_needed", "choose at least one offer";
    LINE_HAS_OFFER = "line_has_offer", "an offer is taken for this line already";
    OTHER_PRODUCT_ORDERED = "other_product_ordered", "another product is ordered";
    OTHER_PRODUCT_SOLD = "other_product_sold", "another product is sold";
    OTHER_UNIT_ORDERED = "other_unit_ordered", "it is received in the unit in which it is ordered";
    OTHER_UNIT_SOLD = "other_unit_sold", "what was sold is delivered in the product's own unit";
    COST_SAID_BY_ORDER = "cost_said_by_order", "what it costs is said by the purchase order";
    VALUED_AT_STANDARD = "valued_at_standard", "the product is valued at its standard cost";
    CUSTOMER_NEEDED = "customer_needed", "a sales order has a customer";
    CHANNEL_INCOMPLETE = "channel_incomplete", "a channel and what the order is called there come together";
    ORIGIN_STAYS = "origin_stays", "where a sales order came from does not change";
    DELIVERED_ALREADY = "delivered_already", "{delivered} are delivered already";
    LINE_DELIVERED = "line_delivered", "a line of which something was delivered stays";
    PRODUCT_NEEDED = "product_needed", "name the product by its id or by its code";
    STATE_KEEPS_IT = "state_keeps_it", "it cannot change while the order is {state}";
    GIVERS_MISSING = "givers_missing", "somebody gives something";
    GIVER_HOLDS = "giver_holds", "{order} holds {held}";
    ONLY_LACKING = "only_lacking", "only {lacking} is lacking";
    COUNT_CELLS = "count_cells", "row {row} has one cell: code and quantity";
    COUNT_NUMBER = "count_number", "row {row}: `{value}` is no number";
    COUNT_TOO_LONG = "count_too_long", "more than {most} lines: count by categories";
    NOT_A_COMPONENT = "not_a_component", "not a component of this order, or negative";
    REASON_NOT_OF_SCRAP = "reason_not_of_scrap", "the reason is not one of scrap";
    REASON_INACTIVE = "reason_inactive", "the reason is not active";
    DOWNTIME_CLASS_MISSING = "downtime_class_missing", "a reason of downtime is planned or unplanned";
    DOWNTIME_CLASS_OF_SCRAP = "downtime_class_of_scrap", "only downtime is planned or unplanned";
    SCRAP_REASON_MISSING = "scrap_reason_missing", "scrap needs a reason";
    CELL_EMPTY = "cell_empty", "the cell is empty";
    NOT_A_NUMBER = "not_a_number", "`{value}` is not a number";
    NOT_A_WHOLE_NUMBER = "not_a_whole_number", "`{value}` is not a whole number";
    NEITHER_TRUE_NOR_FALSE = "neither_true_nor_false", "`{value}` is neither true nor false";
    NONE_OF = "none_of", "`{value}` is none of {words}";
    NOT_WHOLE_NUMBERS = "not_whole_numbers", "`{value}` is not a list of whole numbers like 10|20";
    NOT_TIMES = "not_times", "`{value}` is not a list of times like 10:00-10:15|12:00-12:30";
    NOT_BY_PRODUCT = "not_by_product", "`{value}` is not a by-product like SHAVINGS:2.5:kg:10";
    NUMBER_AMBIGUOUS = "number_ambiguous", "`{value}` can be read with decimals or with thousands; write a point before decimals";
    NOTHING_CALLED = "nothing_called", "there is no `{value}`";
    ROW_REPEATS = "row_repeats", "row {row} describes the same record";
    ROW_CONTRADICTS = "row_contradicts", "row {row} says otherwise of the same record";
    NEW_RECORD_NEEDS = "new_record_needs", "a new record needs `{column}`";
    COLUMNS_UNKNOWN = "columns_unknown", "unknown columns: {columns}; there are: {known}";
    COLUMN_TWICE = "column_twice", "the column `{column}` stands there twice";
    COLUMN_MISSING = "column_missing", "the column `{column}` is missing";
    FILE_EMPTY = "file_empty", "the file is empty";
    FILE_TOO_LARGE = "file_too_large", "the file has {found} bytes, more than {most}";
    FILE_NOT_TEXT = "file_not_text", "the file is not text";
    ENCODING_UNKNOWN = "encoding_unknown", "there is no encoding `{value}`";
    ENCODING_WRONG = "encoding_wrong", "the file is not {encoding}";
    QUOTE_OPEN = "quote_open", "a quote that is opened in line {line} is never closed";
    FILE_ROWS_TOO_MANY = "file_rows_too_many", "the file has more than {most} rows";
    ROW_CELLS_TOO_MANY = "row_cells_too_many", "line {line} has {found} cells, more than {most}";
    CELL_TOO_LONG = "cell_too_long", "a cell in line {line} has more than {most} characters";
    COLUMN_UNKNOWN = "column_unknown", "there is no column `{column}`; there are: {known}";
    COMPONENT_COLUMN_MISSING = "component_column_missing", "no column names the component; there are: {known}";
    QUANTITY_COLUMN_MISSING = "quantity_column_missing", "no column says how much, and there are no designators to count; there are: {known}";
    COLUMN_AMBIGUOUS = "column_ambiguous", "more than one column is named `{column}`";
    ROWS_TOO_MANY = "rows_too_many", "{found} rows are more than {most}";
    LINES_TOO_MANY = "lines_too_many", "{found} lines are more than {most}";
    NOTHING_TO_IMPORT = "nothing_to_import", "no row can be imported";
    NO_QUANTITY = "no_quantity", "`{value}` is no quantity";
    DECIMALS_OR_THOUSANDS = "decimals_or_thousands", "`{value}` can be read with decimals or with thousands";
    DIGITS_TOO_MANY = "digits_too_many", "`{value}` has too many digits";
    NOT_ABOVE_ZERO = "not_above_zero", "`{value}` is not more than zero";
    NOT_A_LOSS = "not_a_loss", "`{value}` is not a percentage from 0 to below 100";
    NEITHER_YES_NOR_NO = "neither_yes_nor_no", "`{value}` is neither yes nor no";
    COMPONENT_UNNAMED = "component_unnamed", "nothing names the component";
    PRODUCT_AMBIGUOUS = "product_ambiguous", "more than one product is named `{value}`";
    PRODUCT_UNKNOWN = "product_unknown", "there is no product `{value}`";
    PRODUCT_ITSELF = "product_itself", "`{code}` is the product itself";
    PRODUCT_CALLED_INACTIVE = "product_called_inactive", "the product `{code}` is not active";
    PRODUCT_CALLED_TEMPLATE = "product_called_template", "`{code}` is a template: name one of its variants";
    PRODUCT_CODE_UNUSABLE = "product_code_unusable", "`{code}` cannot be the code of a product";
    PRODUCT_NAME_UNUSABLE = "product_name_unusable", "`{value}` cannot be the name of a product";
    ALSO_IN_ROW = "also_in_row", "`{value}` is also in row {row}";
    ALSO_IN_LINES = "also_in_lines", "the bill of materials has a line of `{code}`";
    UNIT_UNKNOWN = "unit_unknown", "there is no unit `{value}`";
    UNIT_UNKNOWN_OF_NEW = "unit_unknown_of_new", "there is no unit `{value}` for the new product `{code}`";
    UNIT_NEEDED = "unit_needed", "in which unit is the new product `{code}` kept? Give a default unit";
    UNIT_MAPPING_UNUSED = "unit_mapping_unused", "a unit is given for `{value}`, and no row that can be read has it";
    UNIT_IN_NOTE = "unit_in_note", "the note says `{value}`; say which unit that is, it is not guessed";
    OPERATION_UNKNOWN = "operation_unknown", "the routing has no operation `{value}`";
    OPERATIONS_MISSING = "operations_missing", "the bill of materials has no routing with operations";
    OPERATION_NO_NUMBER = "operation_no_number", "`{value}` is not the number of an operation";
    DESIGNATOR_RANGE = "designator_range", "`{value}` is a range; list every designator";
    DESIGNATORS_MISSING = "designators_missing", "there is no designator to count";
    DESIGNATORS_DIFFER = "designators_differ", "the quantity is {quantity}, and {found} designators are listed";
    ROW_CELLS_BEYOND = "row_cells_beyond", "the row has {found} cells, the header {most}";
    WITH_SHORTAGE = "with_shortage", "with shortage";
    UNVALIDATED_BOM = "unvalidated_bom", "unvalidated bill of materials";
    ORDER_REMOVED = "order_removed", "removed";
    REST_OF = "rest_of", "rest of {order}";
    COPY_OF = "copy_of", "copy of {order}";
    TAKEN_FROM = "taken_from", "{amount} {unit} {product} from {orders}";
    GIVEN_TO = "given_to", "{amount} {unit} {product} to {order}";
    REASON_NOT_OF_DOWNTIME = "reason_not_of_downtime", "the reason is not one of downtime";
    DOWNTIME_REVERSED = "downtime_reversed", "it ends before it begins";
    DOWNTIME_IN_FUTURE = "downtime_in_future", "that moment has not come yet; what will stand is a closure of the calendar";
    AMOUNT_NOT_A_MULTIPLE = "amount_not_a_multiple", "{found} {unit} is not a multiple of {step}";
    DOWNTIME_OVERLAPS = "downtime_overlaps", "{work_center} stood at that time already: {reason}";
    VALUE_USED = "value_used", "{by} uses the value {value}";
    REVISION_IS = "revision_is", "{code} revision {revision} is {state}";
    OTHER_DRAFT = "other_draft", "revision {revision} of {code} is a draft already";
    NOTHING_TO_MERGE = "nothing_to_merge", "no line of {code} can be merged";
    CONTAINS_ITSELF = "contains_itself", "the product contains itself: {chain}";
    WOULD_CONTAIN_ITSELF = "would_contain_itself", "the product would contain itself: {chain}";
    LIES_TOO_DEEP = "lies_too_deep", "{code} lies too deep";
    NO_LINE_HAS = "no_line_has", "no line of {bom} has {product}";
    COUNT_POSTED = "count_posted", "the count is posted";
    COUNT_PRODUCT = "count_product", "row {row}: there is no product `{value}`";
    NOTHING_COUNTED = "nothing_counted", "nothing is counted yet";
    ORDERS_HOLD_MORE = "orders_hold_more", "{orders} hold more than was found";
    SERIAL_THERE = "serial_there", "serial number {number} is in stock already";
    PIECE_ELSEWHERE = "piece_elsewhere", "this piece is in stock in another warehouse";
    DIFFERENCE_TOO_LARGE = "difference_too_large", "{code}: {on_hand} on hand, {missing} missing";
    LOT_EXPIRES_ON = "lot_expires_on", "lot {number} exists and expires on {day}";
    LOT_NEVER_EXPIRES = "lot_never_expires", "lot {number} exists and never expires";
    LOT_NOT_THERE = "lot_not_there", "nothing of lot {number} lies there";
    LOT_PAST = "lot_past", "lot {number} is past its last day";
    ON_HAND = "on_hand", "{wanted} wanted, {on_hand} on hand";
    ON_HAND_RESERVED = "on_hand_reserved", "{wanted} wanted, {on_hand} on hand, {reserved} of it reserved for orders";
    LOT_ON_HAND = "lot_on_hand", "lot {number}: {wanted} wanted, {on_hand} on hand";
    LOT_ON_HAND_RESERVED = "lot_on_hand_reserved", "lot {number}: {wanted} wanted, {on_hand} on hand, {reserved} of it reserved for orders";
    LEFT_RESERVED = "left_reserved", "{left} would be left, {reserved} are reserved for orders";
    COMPONENT_SHORT = "component_short", "{missing} {unit} of {name} are missing";
    COMPONENT_SHORT_EXPIRED = "component_short_expired", "{missing} {unit} of {name} are missing; {expired} {unit} are past their last day";
    ONLY_DRAFT_REMOVED = "only_draft_removed", "only a draft can be removed; cancel the order instead";
    NOT_CONSUMED_WHILE = "not_consumed_while", "nothing is consumed while the order is {state}";
    ASKS_FOR_NO_MATERIAL = "asks_for_no_material", "an order that is {state} asks for no material";
    NEWEST_REVISION = "newest_revision", "the order has the newest revision";
    NO_VALIDATED_REVISION = "no_validated_revision", "the order has no bill of materials with a validated revision";
    CENTER_WITHOUT_HOURS = "center_without_hours", "{work_center} has no working hours";
    CENTER_HOURS_FULL = "center_hours_full", "the work does not fit into the hours of {work_center} in the next years";
    CENTER_WITHOUT_SCHEDULE = "center_without_schedule", "{work_center} has no work schedule, and the company has no default one";
    TRACKING_STAYS = "tracking_stays", "there is stock of it, so it stays tracked as it is";
    TEMPLATE_UNKNOWN = "template_unknown", "there is no such template: it must be a product that offers values of attributes";
    VARIANT_MEASURED = "variant_measured", "a variant is measured like its template";
    TEMPLATE_MEASURED = "template_measured", "a template is measured like its variants";
    COMBINATION_TAKEN = "combination_taken", "another variant of the template has these values";
    OFFERS_NO_VALUES = "offers_no_values", "{product} offers no values of attributes, so it has no variants";
    CODE_OF_ANOTHER = "code_of_another", "{code} is the code of another product";
    PRODUCT_IN_USE = "product_in_use", "{product} is stocked, made or used";
    VARIANTS_TOO_MANY = "variants_too_many", "the attributes give {found} variants, more than {most}";
    TEMPLATE_CHOOSE = "template_choose", "{product} is a template: choose one of its variants";
    BOM_NOT_FOR = "bom_not_for", "{bom} does not make it, nor is it a variant of what it makes";
    PURCHASE_ORDER_IS = "purchase_order_is", "the purchase order is {state}";
    QUOTATION_IS = "quotation_is", "the request for quotation is {state}";
    REQUEST_IS = "request_is", "the purchase request is {state}";
    SALES_ORDER_IS = "sales_order_is", "the sales order is {state}";
    SALES_ORDER_CALLED_IS = "sales_order_called_is", "sales order {number} is {state}";
    LINES_WITHOUT_PRICE = "lines_without_price", "{lines} lines have no price";
    ORDER_ASKS = "order_asks", "order {order} asks for what it lacks; change its components instead";
    ON_PURCHASE_ORDER = "on_purchase_order", "purchase order {order} has lines of it; give that up first";
    QUOTED_IN = "quoted_in", "suppliers are asked for it in {number}; give that up first";
    REQUEST_ORDERED = "request_ordered", "everything that the request asks for is ordered";
    REQUEST_QUOTED = "request_quoted", "suppliers are asked for everything in the request already";
    COMPONENT_WAREHOUSE_UNSET = "component_warehouse_unset", "the settings name no warehouse for components";
    SUPPLIER_NOT_ASKED = "supplier_not_asked", "the supplier is not asked for this line";
    PRICE_TAKEN = "price_taken", "the supplier has a price of this product from this day and quantity on";
    RECEIVED_BEYOND = "received_beyond", "{received} would be received of {ordered} ordered; at most {most}";
    ON_HAND_EXPIRED = "on_hand_expired", "{wanted} wanted, {on_hand} on hand, {expired} more past its last day";
    DELIVERED_BEYOND = "delivered_beyond", "{wanted} would be delivered, {open} are open";
    PART_DELIVERED = "part_delivered", "part of the sales order is delivered already";
    MADE_FOR_LINE = "made_for_line", "{orders} makes {product} for it: cancel that order first";
    CANCELLED_ALONG = "cancelled_along", "{orders} would be cancelled along: leave them, or ask somebody who plans production";
    CANCELLING_NEEDS_REASON = "cancelling_needs_reason", "{orders} would be cancelled along, and that needs a reason";
    ALL_BEING_MADE = "all_being_made", "all of {product} is being made or delivered";
    HOLDS_NOTHING = "holds_nothing", "it holds nothing of this product";
    VIEWS_TOO_MANY = "views_too_many", "a list has at most {most} views of one person";
    VIEW_OF_ANOTHER = "view_of_another", "the view belongs to {name}";
    ADMINISTRATOR_NEEDED = "administrator_needed", "somebody must stay administrator";
    PRODUCED_OF = "produced_of", "{produced} of {ordered} produced: take the rest as a backorder or close short";
    PRODUCED_BEYOND = "produced_beyond", "{produced} produced, at most {allowed} allowed for {ordered} ordered";
    WORK_ORDERS_OPEN = "work_orders_open", "{found} work orders are running";
    COMPONENTS_UNRECORDED = "components_unrecorded", "{found} components have no recorded consumption";
    CONSUMED_ALREADY = "consumed_already", "{consumed} is consumed already, so the line cannot need {wanted}";
    LINE_CONSUMED = "line_consumed", "{consumed} is consumed already: lower the line to that and add another";
    PRODUCED_ALREADY = "produced_already", "{produced} is produced already, so the order cannot ask for {wanted}";
    CENTER_BLOCKED = "center_blocked", "the work center is blocked: {reason}";
    BARCODE_LETTER = "barcode_letter", "`{value}` cannot be printed as a barcode";
    BARCODE_TOO_LONG = "barcode_too_long", "a code of {found} characters does not fit on a label, at most {most} do";
    CENTER_FULL = "center_full", "the work center already runs {running} of {capacity} work orders";
    REPORTED_BEYOND = "reported_beyond", "{reported} reported in all, at most {allowed} possible";
    REPORTED_OF = "reported_of", "{reported} of {attainable} reported: report the rest or close short";
    REPORTED_ALREADY = "reported_already", "{reported} pieces are reported: finish it instead";
}

/// What is wrong, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// In English.
    pub text: String,
    /// The sentence's code; absent for words that only callers of the API read.
    pub code: Option<&'static str>,
    /// The facts in it.
    pub params: Map<String, Value>,
}

/// Words that only callers of the API read, of which the office tells what the error's code means and nothing else. There is no
/// other way from a text to a [`Detail`]: whatever people should read is a [`Sentence`], so that they read it in their language.
#[must_use]
pub fn for_callers(text: impl Into<String>) -> Detail {
    Detail { text: text.into(), code: None, params: Map::new() }
}

impl Sentence {
    /// It, with its first fact.
    #[must_use]
    pub fn with(&self, name: &str, value: impl Into<Value>) -> Detail {
        Detail::from(self).with(name, value)
    }

    /// It, with a number as its first fact.
    #[must_use]
    pub fn amount(&self, name: &str, value: Decimal) -> Detail {
        Detail::from(self).amount(name, value)
    }
}

impl Detail {
    /// One more fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.text = self.text.replace(&format!("{{{name}}}"), &shown);
        self.params.insert(name.to_owned(), value);
        self
    }

    /// One more fact that is a number: without the zeros behind it.
    #[must_use]
    pub fn amount(self, name: &str, value: Decimal) -> Self {
        self.with(name, value.normalize().to_string())
    }

    /// As the history keeps it: the code and the facts, so that it can be said in any language later.
    #[must_use]
    pub fn stored(&self) -> String {
        match self.code {
            Some(code) => json!({ "detail_code": code, "params": self.params }).to_string(),
            None => self.text.clone(),
        }
    }

    /// What [`Self::stored`] kept; any other text is what somebody said.
    #[must_use]
    pub fn read(stored: &str) -> Self {
        let kept = serde_json::from_str::<Value>(stored).ok();
        let code = kept.as_ref().and_then(|kept| kept.get("detail_code")?.as_str());
        let Some(sentence) = ALL.iter().find(|sentence| Some(sentence.code) == code) else {
            return for_callers(stored);
        };
        let params = kept.as_ref().and_then(|kept| kept.get("params")?.as_object()).into_iter().flatten();
        params.fold(sentence.into(), |detail: Self, (name, value)| detail.with(name, value.clone()))
    }
}

impl From<&Sentence> for Detail {
    fn from(sentence: &Sentence) -> Self {
        Self { text: sentence.english.to_owned(), code: Some(sentence.code), params: Map::new() }
    }
}

impl From<Sentence> for Detail {
    fn from(sentence: Sentence) -> Self {
        Self::from(&sentence)
    }
}
