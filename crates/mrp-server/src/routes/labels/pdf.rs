//! A label as PDF 1.4: a page of 70 × 40 mm, text in the Helvetica that every reader has, bars as rectangles.
//!
//! A label is a page of text and rectangles; that needs no library of fonts and images. Letters that Windows' Latin
//! alphabet lacks lose their marks (ș becomes s), as on most label printers.

use std::fmt::Write as _;

use mrp_domain::label::{Label, LabelFault, code_128};

/// 70 mm in points.
const WIDTH: u32 = 198;
/// 40 mm.
const HEIGHT: u32 = 113;
/// From the page's edge to what stands on it.
const MARGIN: u32 = 9;
/// Most letters of a line that fit beside the margins.
const LINE_CHARS: usize = 36;

/// So many pages of the same label.
pub(super) fn labels(label: &Label, copies: u32) -> Result<Vec<u8>, LabelFault> {
    let drawing = drawing(label)?;
    let first_page = 5_u32;
    let kids = (0..copies).map(|page| format!("{} 0 R", first_page + page)).collect::<Vec<_>>().join(" ");
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {copies} >>").into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut stream = format!("<< /Length {} >>\nstream\n", drawing.len()).into_bytes();
    stream.extend(drawing);
    stream.extend(b"\nendstream");
    objects.push(stream);
    for _ in 0..copies {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        );
        objects.push(page.into_bytes());
    }
    Ok(written(&objects))
}

/// The file around the objects: each with its place, so that a reader finds it.
fn written(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = String::new();
    for (number, object) in (1..).zip(objects) {
        let number: u32 = number;
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (start, count) = (file.len(), objects.len() + 1);
    let end = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend(end.into_bytes());
    file
}

fn drawing(label: &Label) -> Result<Vec<u8>, LabelFault> {
    let mut out = Vec::new();
    let mut line = |size: u32, top: u32, text: &str| {
        if text.is_empty() {
            return;
        }
        out.extend(format!("BT /F1 {size} Tf {MARGIN} {} Td (", HEIGHT - top).into_bytes());
        out.extend(text.chars().take(LINE_CHARS).flat_map(letter));
        out.extend(b") Tj ET\n");
    };
    line(14, 21, &label.title);
    line(9, 34, &label.name);
    line(9, 45, &label.note);
    line(8, HEIGHT - 7, &label.code);
    // As wide as fits, in sixteenths of a point, so that every bar has a whole width.
    let widths = code_128(&label.code)?;
    let modules: u32 = widths.iter().sum();
    let module = ((WIDTH - 2 * MARGIN) * 16 / modules.max(1)).min(24);
    let mut left = MARGIN * 16;
    for (place, width) in widths.iter().enumerate() {
        if place.is_multiple_of(2) {
            let bar = format!("{} {} {} {} re\n", points(left), 17, points(width * module), 46);
            out.extend(bar.into_bytes());
        }
        left += width * module;
    }
    out.extend(b"f\n");
    Ok(out)
}

/// Sixteenths of a point as a decimal.
fn points(sixteenths: u32) -> String {
    format!("{}.{:04}", sixteenths / 16, sixteenths % 16 * 625)
}

/// A letter in Windows' Latin alphabet, with the signs of PDF escaped.
fn letter(letter: char) -> Vec<u8> {
    let plain = match letter {
        'ș' | 'ş' => 's',
        'Ș' | 'Ş' => 'S',
        'ț' | 'ţ' => 't',
        'Ț' | 'Ţ' => 'T',
        'ă' => 'a',
        'Ă' => 'A',
        other => other,
    };
    match u8::try_from(u32::from(plain)) {
        Ok(byte) if matches!(byte, b'(' | b')' | b'\\') => vec![b'\\', byte],
        Ok(byte) if matches!(byte, 0x20..=0x7E | 0xA0..=0xFF) => vec![byte],
        Ok(_) | Err(_) => vec![b'?'],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label() -> Label {
        Label {
            code: "L:LOT-1".to_owned(),
            title: "LOT-1".to_owned(),
            name: "Vopsea (roșie) țeavă".to_owned(),
            note: "2026-12-31".to_owned(),
        }
    }

    #[test]
    fn every_object_stands_where_the_file_says() {
        let file = labels(&label(), 3).unwrap();
        // Places count bytes, and not all of them are letters.
        let from = |place: usize| String::from_utf8_lossy(&file[place..]).into_owned();
        let text = from(0);
        let start = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        let table = from(start);
        let places = table.lines().skip(3).take_while(|line| line.ends_with(" n ")).map(|line| line[..10].parse());
        let places = places.collect::<Result<Vec<usize>, _>>().unwrap();
        assert_eq!(places.len(), 7);
        for (number, place) in (1..).zip(places) {
            assert!(from(place).starts_with(&format!("{number} 0 obj")), "{number}");
        }
        assert!(text.contains("/Count 3") && text.contains("(Vopsea \\(rosie\\) teava) Tj"));
    }

    #[test]
    fn bars_stay_on_the_page() {
        let widest = Label { code: "W".repeat(48), ..label() };
        let drawn = drawing(&widest).unwrap();
        let text = String::from_utf8(drawn).unwrap();
        let bars = text.lines().filter(|line| line.ends_with(" re"));
        let end = bars.map(|line| {
            let numbers = line.split(' ').take(3).map(|part| part.parse::<f64>().unwrap()).collect::<Vec<_>>();
            numbers[0] + numbers[2]
        });
        assert!(end.fold(0.0, f64::max) <= f64::from(WIDTH - MARGIN));
    }
}
