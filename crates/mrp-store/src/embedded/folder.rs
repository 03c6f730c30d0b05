//! The data folder: where it really goes, who owns it, what lies where in it.
//!
//! ```text
//! <data folder>/cluster        Postgres's own files
//! <data folder>/run            the socket (0700); under the system's temporary folder when the path is too long
//! <data folder>/postgres.log   what Postgres says
//! <data folder>/owner          number of the process that stops Postgres at its end
//! <data folder>/start.lock     held while somebody initialises or starts
//! ```

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::EmbeddedError;
use super::account::{Account, untraversable_parent};

/// Unix socket addresses end at 104 bytes on some systems; the socket's own name needs 20 of them.
const SOCKET_FOLDER_BYTES_MAX: usize = 84;

/// Used for data that the unprivileged user could not reach where they were asked for.
const FALLBACK: &str = "/var/lib/mrp";

/// The prepared data folder.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Creates the folder for `child` (or for ourselves) and makes it private.
    pub(super) fn prepare(requested: &Path, child: Option<&Account>) -> Result<Self, EmbeddedError> {
        let wanted = std::path::absolute(requested).map_err(file(requested))?;
        let root = match child {
            None => wanted,
            Some(account) => reachable(&wanted, Path::new(FALLBACK), account)?,
        };
        if let Some(parent) = root.parent() {
            create_walkable(parent)?;
        }
        refuse_strangers(&root)?;
        create_private(&root, child)?;
        let root = root.canonicalize().map_err(file(&root))?;
        Ok(Self { root })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    pub(super) fn owner(&self) -> PathBuf {
        self.root.join("owner")
    }

    pub(super) fn start_lock(&self) -> PathBuf {
        self.root.join("start.lock")
    }

    /// The private folder for the socket, created when missing.
    pub(super) fn socket(&self, child: Option<&Account>) -> Result<PathBuf, EmbeddedError> {
        let near = self.root.join("run");
        let folder = if near.as_os_str().len() <= SOCKET_FOLDER_BYTES_MAX {
            near
        } else {
            std::env::temp_dir().join(format!("mrp-{}", fingerprint(&self.root)))
        };
        create_private(&folder, child)?;
        Ok(folder)
    }

    /// The major version that wrote the cluster, when there is one.
    pub(super) fn major(&self) -> Option<u32> {
        fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?.trim().parse().ok()
    }
}

/// `wanted`, or a folder under `fallback` when the way there is closed to `account`.
fn reachable(wanted: &Path, fallback: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let Some(parent) = untraversable_parent(wanted, account) else {
        return Ok(wanted.to_path_buf());
    };
    let instead = fallback.join(format!("postgres-{}", fingerprint(wanted)));
    if untraversable_parent(&instead, account).is_some() {
        return Err(EmbeddedError::OutOfReach { user: account.name.clone(), parent, folder: wanted.to_path_buf() });
    }
    tracing::warn!(
        wanted = %wanted.display(),
        closed = %parent.display(),
        instead = %instead.display(),
        "the user {} cannot reach the data folder; using another",
        account.name
    );
    Ok(instead)
}

/// Creates missing folders so that others can walk through them, whatever the umask.
fn create_walkable(folder: &Path) -> Result<(), EmbeddedError> {
    if folder.exists() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        create_walkable(parent)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => fs::set_permissions(folder, Permissions::from_mode(0o755)).map_err(file(folder)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(file(folder)(error)),
    }
}

/// A mistyped folder (say, a home) must not be handed over to another user.
fn refuse_strangers(root: &Path) -> Result<(), EmbeddedError> {
    if !root.exists() {
        return Ok(());
    }
    let ours = ["cluster", "start.lock"].iter().any(|name| root.join(name).exists());
    let empty = fs::read_dir(root).map_err(file(root))?.next().is_none();
    if ours || empty { Ok(()) } else { Err(EmbeddedError::NotOurs(root.to_path_buf())) }
}

/// A folder for one user only; an existing one must already be his (or become his, when we are root).
pub(super) fn create_private(folder: &Path, child: Option<&Account>) -> Result<(), EmbeddedError> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(file(folder)(error)),
    }
    let meta = fs::symlink_metadata(folder).map_err(file(folder))?;
    if !meta.is_dir() {
        return Err(EmbeddedError::NotOurs(folder.to_path_buf()));
    }
    if let Some(account) = child {
        chown(folder, Some(account.uid), Some(account.gid)).map_err(file(folder))?;
    }
    fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(|error| {
        if error.kind() == std::io::ErrorKind::PermissionDenied {
            EmbeddedError::OwnedByAnother { folder: folder.to_path_buf(), owner: meta.uid() }
        } else {
            file(folder)(error)
        }
    })
}

/// Attaches the path to what the system said.
pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> EmbeddedError + use<> {
    let path = path.to_path_buf();
    move |source| EmbeddedError::File { path, source }
}

fn fingerprint(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mrp-folder-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        folder
    }

    #[test]
    fn a_folder_below_a_closed_home_goes_elsewhere() {
        let base = scratch("home");
        let home = base.join("home");
        fs::create_dir(&home).unwrap();
        fs::set_permissions(&home, Permissions::from_mode(0o700)).unwrap();
        let stranger = Account { name: "postgres".into(), uid: 4_000_000, gid: 4_000_000 };
        let wanted = home.join("data/postgres");
        let instead = reachable(&wanted, &base, &stranger).unwrap();
        assert!(instead.starts_with(&base) && !instead.starts_with(&home), "{}", instead.display());
        assert_eq!(reachable(&base.join("open"), &home, &stranger).unwrap(), base.join("open"));
        assert!(matches!(reachable(&wanted, &home, &stranger), Err(EmbeddedError::OutOfReach { .. })));
        fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn a_folder_with_other_things_in_it_is_refused() {
        let base = scratch("strangers");
        fs::write(base.join("letter.txt"), "dear").unwrap();
        assert!(matches!(Folder::prepare(&base, None), Err(EmbeddedError::NotOurs(_))));
        fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn a_long_path_keeps_its_socket_elsewhere() {
        let base = scratch("long");
        let folder = Folder { root: base.join("x".repeat(90)) };
        let socket = folder.socket(None).unwrap();
        assert!(!socket.starts_with(&folder.root));
        assert_eq!(fs::metadata(&socket).unwrap().mode() & 0o777, 0o700);
        fs::remove_dir_all(socket).unwrap();
        fs::remove_dir_all(base).unwrap();
    }
}
