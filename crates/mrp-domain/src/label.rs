//! Labels of lots and products: what the scanner reads (Code 128), and the label as ZPL, the language of label printers.
//!
//! How a label is drawn on paper does not live here.

/// Most characters that a label's code can have: more do not fit on it.
pub const LABEL_CODE_CHARS_MAX: usize = 48;

/// What stands on a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What the scanner reads.
    pub code: String,
    /// The same for people.
    pub title: String,
    /// What it is.
    pub name: String,
    /// What else to know, e.g. the last day.
    pub note: String,
}

/// Why a code cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelFault {
    /// Code 128 is made of the letters, digits and signs of ASCII.
    #[error("`{letter}` cannot be printed as a barcode")]
    Letter {
        /// The letter.
        letter: char,
    },
    /// It would not fit.
    #[error("a code of {found} characters does not fit on a label, at most {LABEL_CODE_CHARS_MAX} do")]
    TooLong {
        /// Characters found.
        found: usize,
    },
}

/// Widths of bars and spaces of every symbol of Code 128 (ISO/IEC 15417), bar first, in modules; the last one ends a code.
const SYMBOLS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
const START_B: u32 = 104;
const STOP: u32 = 106;

/// A code as Code 128, set B: widths of bars and spaces in modules, bar first.
///
/// # Errors
/// [`LabelFault`].
pub fn code_128(code: &str) -> Result<Vec<u32>, LabelFault> {
    let found = code.chars().count();
    if found > LABEL_CODE_CHARS_MAX {
        return Err(LabelFault::TooLong { found });
    }
    let mut symbols = vec![START_B];
    for letter in code.chars() {
        if !(' '..='~').contains(&letter) {
            return Err(LabelFault::Letter { letter });
        }
        symbols.push(u32::from(letter) - 32);
    }
    let weighted = (1..).zip(symbols.iter().skip(1)).map(|(place, symbol): (u32, &u32)| place * symbol);
    let check = (START_B + weighted.sum::<u32>()) % 103;
    symbols.extend([check, STOP]);
    let widths = symbols.into_iter().filter_map(|symbol| SYMBOLS.get(usize::try_from(symbol).ok()?));
    Ok(widths.flat_map(|widths| widths.chars()).filter_map(|width| width.to_digit(10)).collect())
}

/// Labels of 70 × 40 mm for a printer with 8 dots a millimetre.
///
/// # Errors
/// [`LabelFault`]: what the printer could not print is refused here.
pub fn zpl(label: &Label, copies: u32) -> Result<String, LabelFault> {
    code_128(&label.code)?;
    let fields = [
        ("^FO24,24^A0N,36,36", &label.title),
        ("^FO24,68^A0N,26,26^FB512,2,2,L", &label.name),
        ("^FO24,130^A0N,22,22", &label.note),
    ];
    let fields = fields.iter().filter(|(_, text)| !text.is_empty());
    let fields = fields.map(|(place, text)| format!("{place}^FH^FD{}^FS\n", escaped(text))).collect::<String>();
    let code = escaped(&label.code);
    Ok(format!("^XA\n^CI28\n^PW560\n^LL320\n{fields}^FO24,168^BY2\n^BCN,96,Y,N,N^FH^FD{code}^FS\n^PQ{copies}\n^XZ\n"))
}

/// Text between `^FD` and `^FS`: the printer's own signs are written as numbers.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '^' | '~' | '_' | '\\' => out.push_str(&format!("_{:02X}", u32::from(letter))),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}
