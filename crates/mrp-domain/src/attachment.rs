//! What may be attached to a product or to an operation: pictures, and documents that explain work.
//!
//! What a file is, its first bytes say; its name and what the sender calls it are not asked. Nothing that a browser
//! would run (HTML, SVG) is among them.

use crate::vocabulary;

/// Largest file, in bytes.
pub const ATTACHMENT_BYTES_MAX: usize = 5 * 1024 * 1024;

/// Most files of one product or one operation.
pub const ATTACHMENTS_MAX: usize = 20;

vocabulary! {
    /// What a file is; the word is its media type.
    pub enum FileType {
        /// A picture.
        Png = "image/png",
        /// A photograph.
        Jpeg = "image/jpeg",
        /// A picture or a photograph.
        Webp = "image/webp",
        /// A picture, perhaps moving.
        Gif = "image/gif",
        /// A document.
        Pdf = "application/pdf",
    }
}

/// What files belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentOwner {
    /// Pictures; the first stands for the product.
    Product,
    /// Pictures and documents that explain the work.
    Operation,
}

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentFault {
    /// Its bytes are none of the types that its owner takes.
    #[error("only {} are taken", match owner {
        AttachmentOwner::Product => "PNG, JPEG, WebP and GIF pictures",
        AttachmentOwner::Operation => "PNG, JPEG, WebP and GIF pictures and PDF documents",
    })]
    TypeRefused {
        /// What it was to belong to.
        owner: AttachmentOwner,
    },
    /// More than [`ATTACHMENT_BYTES_MAX`].
    #[error("the file has {bytes} bytes, more than {ATTACHMENT_BYTES_MAX}")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// The owner has [`ATTACHMENTS_MAX`] already.
    #[error("there are {ATTACHMENTS_MAX} files already")]
    TooMany,
}

impl FileType {
    /// What these bytes are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else if bytes.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else {
            None
        }
    }

    /// Whether it can be looked at as a picture.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::Webp | Self::Gif => true,
            Self::Pdf => false,
        }
    }
}

/// What a file is that may join the `present` ones of its owner.
///
/// # Errors
/// [`AttachmentFault`]
pub fn admit(owner: AttachmentOwner, bytes: &[u8], present: usize) -> Result<FileType, AttachmentFault> {
    if bytes.len() > ATTACHMENT_BYTES_MAX {
        return Err(AttachmentFault::TooLarge { bytes: bytes.len() });
    }
    let takes = |file: &FileType| owner == AttachmentOwner::Operation || file.is_picture();
    let file = FileType::of(bytes).filter(takes).ok_or(AttachmentFault::TypeRefused { owner })?;
    if present >= ATTACHMENTS_MAX { Err(AttachmentFault::TooMany) } else { Ok(file) }
}
