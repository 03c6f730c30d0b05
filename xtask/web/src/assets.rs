//! The files to embed: names with a fingerprint, copies compressed with brotli and gzip, sizes and the budget.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// How long to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    Quick,
    Small,
}

/// Formats that are compressed already.
const PACKED: [&str; 4] = ["woff2", "png", "jpg", "webp"];
/// Not fetched by the browser: licences.
const TEXTS: [&str; 1] = ["txt"];

struct Asset {
    /// Not fetched for the first screen.
    is_later: bool,
    bytes: Vec<u8>,
    gzip: Option<Vec<u8>>,
    brotli: Option<Vec<u8>>,
}

/// All files of the interface by their path below the site's root.
pub(crate) struct Assets {
    effort: Effort,
    files: BTreeMap<String, Asset>,
}

impl Assets {
    pub(crate) fn new(effort: Effort) -> Self {
        Self { effort, files: BTreeMap::new() }
    }

    /// Adds a file under a name that changes with its content; returns its URL.
    pub(crate) fn add(&mut self, name: &str, extension: &str, bytes: Vec<u8>) -> String {
        let path = format!("assets/{name}-{}.{extension}", fingerprint(&bytes));
        self.add_as(&path, bytes);
        format!("/{path}")
    }

    /// The same for a file that the browser fetches only when a page needs it.
    pub(crate) fn add_later(&mut self, name: &str, extension: &str, bytes: Vec<u8>) -> String {
        let path = format!("assets/{name}-{}.{extension}", fingerprint(&bytes));
        self.insert(&path, bytes, true);
        format!("/{path}")
    }

    /// Adds a file under a fixed path.
    pub(crate) fn add_as(&mut self, path: &str, bytes: Vec<u8>) {
        self.insert(path, bytes, TEXTS.contains(&extension(path)));
    }

    fn insert(&mut self, path: &str, bytes: Vec<u8>, is_later: bool) {
        let packed = PACKED.contains(&extension(path));
        let (gzip, brotli) = if packed {
            (None, None)
        } else {
            (compress(|| gzip(&bytes, self.effort), bytes.len()), compress(|| brotli(&bytes, self.effort), bytes.len()))
        };
        self.files.insert(path.to_owned(), Asset { is_later, bytes, gzip, brotli });
    }

    pub(crate) fn sizes(&self) -> Sizes {
        let mut sizes = Sizes::default();
        for (path, asset) in &self.files {
            let gzip = asset.gzip.as_ref().unwrap_or(&asset.bytes).len();
            let brotli = asset.brotli.as_ref().unwrap_or(&asset.bytes).len();
            let (path, is_later) = (path.clone(), asset.is_later);
            sizes.lines.push(Line { path, is_later, plain: asset.bytes.len(), gzip, brotli });
        }
        sizes
    }

    /// Writes each file, with `.gz` and `.br` beside it where they are smaller.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        for (path, asset) in &self.files {
            let file = folder.join(path);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&file, &asset.bytes).with_context(|| file.display().to_string())?;
            for (suffix, bytes) in [("gz", &asset.gzip), ("br", &asset.brotli)] {
                if let Some(bytes) = bytes {
                    fs::write(folder.join(format!("{path}.{suffix}")), bytes)?;
                }
            }
        }
        Ok(())
    }
}

/// One file and its sizes in bytes.
#[derive(Debug)]
struct Line {
    path: String,
    is_later: bool,
    plain: usize,
    gzip: usize,
    brotli: usize,
}

/// What the browser has to load.
#[derive(Debug, Default)]
pub(crate) struct Sizes {
    lines: Vec<Line>,
}

impl Sizes {
    /// Before the first screen, but for the typeface.
    fn gzip_first(&self) -> usize {
        self.first().filter(|line| extension(&line.path) != "woff2").map(|line| line.gzip).sum()
    }

    fn css_first(&self) -> usize {
        self.first().filter(|line| extension(&line.path) == "css").map(|line| line.gzip).sum()
    }

    /// With every page opened.
    fn gzip_all(&self) -> usize {
        let counts = |line: &&Line| ![PACKED.as_slice(), &TEXTS].concat().contains(&extension(&line.path));
        self.lines.iter().filter(counts).map(|line| line.gzip).sum()
    }

    fn first(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.is_later)
    }

    /// Fails when the interface has grown over its budget.
    pub(crate) fn check(&self, kilobytes_max: usize, css_kilobytes_max: usize, requests_max: usize) -> Result<()> {
        let requests = self.first().count();
        for (what, is, limit) in [
            ("bytes of program, style and page (gzip)", self.gzip_first(), kilobytes_max * 1000),
            ("bytes of style (gzip)", self.css_first(), css_kilobytes_max * 1000),
            ("requests", requests, requests_max),
        ] {
            if is > limit {
                bail!("the interface is over its budget: {is} {what}, at most {limit} are allowed");
            }
        }
        Ok(())
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:>10} {:>10} {:>10}  file", "bytes", "gzip", "brotli")?;
        for Line { path, is_later, plain, gzip, brotli } in &self.lines {
            let when = if *is_later { " (later)" } else { "" };
            writeln!(out, "{plain:>10} {gzip:>10} {brotli:>10}  {path}{when}")?;
        }
        write!(
            out,
            "first screen: {} bytes gzip without fonts, {} of them style; {} requests; with every page {} bytes",
            self.gzip_first(),
            self.css_first(),
            self.first().count(),
            self.gzip_all()
        )
    }
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn compress(how: impl FnOnce() -> std::io::Result<Vec<u8>>, plain: usize) -> Option<Vec<u8>> {
    how().ok().filter(|packed| packed.len() < plain)
}

fn gzip(bytes: &[u8], effort: Effort) -> std::io::Result<Vec<u8>> {
    let level = match effort {
        Effort::Quick => flate2::Compression::fast(),
        Effort::Small => flate2::Compression::best(),
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8], effort: Effort) -> std::io::Result<Vec<u8>> {
    let quality = match effort {
        Effort::Quick => 4,
        Effort::Small => 11,
    };
    let mut packed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 64 * 1024, quality, 22);
    encoder.write_all(bytes)?;
    encoder.flush()?;
    drop(encoder);
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Assets {
        let mut assets = Assets::new(Effort::Small);
        assets.add_as("index.html", b"<html></html>".repeat(100));
        assets.add("office", "css", b"a { color: red }".repeat(100));
        assets.add("Inter", "woff2", vec![7; 5000]);
        assets.add("OFL", "txt", b"licence".to_vec());
        assets
    }

    #[test]
    fn a_name_changes_with_the_content() {
        let mut assets = Assets::new(Effort::Quick);
        let first = assets.add("office", "js", b"1".to_vec());
        assert_ne!(first, assets.add("office", "js", b"2".to_vec()));
        assert_eq!(first, assets.add("office", "js", b"1".to_vec()));
    }

    #[test]
    fn fonts_stand_beside_the_budget_but_are_requests() {
        let sizes = assets().sizes();
        assert!(sizes.gzip_first() < 1000, "{}", sizes.gzip_first());
        assert!(sizes.check(1, 1, 3).is_ok());
        assert!(sizes.check(1, 1, 2).is_err());
    }

    #[test]
    fn what_is_fetched_later_counts_for_the_whole_only() {
        let mut assets = assets();
        let before = assets.sizes();
        assets.add_later("orders", "wasm", vec![7; 5000]);
        let sizes = assets.sizes();
        assert_eq!(sizes.gzip_first(), before.gzip_first());
        assert!(sizes.gzip_all() > before.gzip_all());
        assert!(sizes.check(1, 1, 3).is_ok());
    }

    #[test]
    fn a_budget_that_is_exceeded_fails_the_build() {
        let sizes = assets().sizes();
        assert!(sizes.check(0, 1, 3).is_err());
        assert!(sizes.check(1, 0, 3).is_err());
    }

    #[test]
    fn compressed_copies_unpack_to_the_same_bytes() {
        let bytes = b"planning ".repeat(50);
        let mut unpacked = Vec::new();
        let packed = brotli(&bytes, Effort::Small).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
    }
}
