//! What may be attached to what.

use mrp_domain::attachment::{
    ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, AttachmentFault, AttachmentOwner, FileType, admit,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

#[test]
fn a_file_is_what_its_first_bytes_say() {
    assert_eq!(FileType::of(PNG), Some(FileType::Png));
    assert_eq!(FileType::of(b"\xff\xd8\xff\xe0rest"), Some(FileType::Jpeg));
    assert_eq!(FileType::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(FileType::Webp));
    assert_eq!(FileType::of(b"GIF89a.."), Some(FileType::Gif));
    assert_eq!(FileType::of(b"%PDF-1.7"), Some(FileType::Pdf));
}

#[test]
fn what_a_browser_would_run_is_no_file_for_us() {
    for bytes in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<!doctype html>", b"RIFF....WAVE", b"MZ", b""] {
        assert_eq!(FileType::of(bytes), None);
    }
}

#[test]
fn documents_explain_work_but_are_no_picture_of_a_product() {
    assert_eq!(admit(AttachmentOwner::Operation, b"%PDF-1.7", 0), Ok(FileType::Pdf));
    let refused = AttachmentFault::TypeRefused { owner: AttachmentOwner::Product };
    assert_eq!(admit(AttachmentOwner::Product, b"%PDF-1.7", 0), Err(refused));
}

#[test]
fn size_and_number_of_files_have_a_limit() {
    let mut bytes = PNG.to_vec();
    bytes.resize(ATTACHMENT_BYTES_MAX, 0);
    assert_eq!(admit(AttachmentOwner::Product, &bytes, 0), Ok(FileType::Png));
    assert_eq!(admit(AttachmentOwner::Product, &bytes, ATTACHMENTS_MAX), Err(AttachmentFault::TooMany));
    bytes.push(0);
    let refused = AttachmentFault::TooLarge { bytes: ATTACHMENT_BYTES_MAX + 1 };
    assert_eq!(admit(AttachmentOwner::Product, &bytes, 0), Err(refused));
}
