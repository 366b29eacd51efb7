//! Settings that only the shipped nginx files and `docker-compose.yml` read.

use crate::config::setting::Section::{Annotations, Compose, Nginx};
use crate::config::setting::{Reader, Setting};

const NGINX: &[Reader] = &[Reader::Nginx];
const COMPOSE: &[Reader] = &[Reader::Compose];
const BOTH: &[Reader] = &[Reader::Nginx, Reader::Compose];

/// The settings.
pub(super) static SETTINGS: &[Setting] = &[
    Setting::new(
        "IMAGE_DIR",
        Nginx,
        "/srv/images",
        "Folder of the images on this machine.",
    )
    .or_else("a folder with a sample image")
    .read_by(BOTH),
    Setting::new(
        "MANIFEST_DIR",
        Nginx,
        "/srv/manifests",
        "Folder of the manifests on this machine.",
    )
    .or_else("a folder with a sample manifest")
    .read_by(BOTH),
    Setting::new(
        "FILES_DIR",
        Nginx,
        "/srv/files",
        "Folder of protected films, sound and documents, served at `/iiif/files/`.",
    )
    .or_else("a folder with a sample document")
    .read_by(BOTH),
    Setting::new(
        "MANIFEST_SERVER",
        Nginx,
        "folder",
        "Where manifests come from: `folder` (`MANIFEST_DIR`) or `digilib` (made by digilib).",
    )
    .or_else("`digilib` for `IMAGE_SERVER=digilib`, otherwise `folder`")
    .read_by(BOTH),
    Setting::new(
        "MANIFEST_SERVER_PATH",
        Nginx,
        "/digilib/Manifester/IIIF/",
        "Path of digilib's manifests.",
    )
    .or("/digilib/Manifester/IIIF/")
    .read_by(NGINX),
    Setting::new(
        "IMAGE_SERVER_ADDRESS",
        Nginx,
        "unix:/run/iipimage.sock",
        "FastCGI address of IIPImage, `host:port` or `unix:/path`.",
    )
    .or("127.0.0.1:9000")
    .read_by(NGINX),
    Setting::new(
        "INNER_LISTEN",
        Nginx,
        "127.0.0.1:8183",
        "Where nginx lets the gate read IIPImage's info.json, `[address:]port`.",
    )
    .note("Never public.")
    .or("127.0.0.1:8183")
    .read_by(NGINX),
    Setting::new(
        "GATE_ADDRESS",
        Nginx,
        "unix:/run/iiif-gate/gate.sock",
        "Where nginx finds the gate; the same place as `LISTEN`.",
    )
    .note("Of several gates all addresses, separated by blanks or commas.")
    .or("127.0.0.1:9780")
    .read_by(NGINX),
    Setting::new(
        "SERVER_NAME",
        Nginx,
        "images.example.org",
        "Names that nginx answers to, separated by blanks.",
    )
    .or_else("`VIRTUAL_HOST` without its port")
    .read_by(NGINX),
    Setting::new(
        "TRUSTED_PROXIES",
        Nginx,
        "10.0.0.5, 2001:db8::/32",
        "Proxies before this nginx whose `X-Forwarded-For` is believed: addresses or CIDR ranges.",
    )
    .note("Nobody else may reach nginx from these addresses.")
    .read_by(BOTH),
    Setting::new(
        "ANNOTATION_STORE_URL",
        Annotations,
        "http://127.0.0.1:5000/",
        "Where nginx finds the annotation store, up to its `annotations` and `search`.",
    )
    .note("Without one there is no `/annotator/`. Nobody but nginx may reach it.")
    .read_by(BOTH),
    Setting::new(
        "ANNOTATOR_OPEN",
        Annotations,
        "true",
        "Whether annotations are also at `/annotator-open/`, where reading needs no authToken.",
    )
    .or("false")
    .read_by(BOTH),
    Setting::new("HTTP_LISTEN", Nginx, "80", "`[address:]port` of http.")
        .or("80")
        .read_by(NGINX),
    Setting::new("HTTPS_LISTEN", Nginx, "443", "`[address:]port` of https.")
        .or("443")
        .read_by(NGINX),
    Setting::new(
        "TLS_CERTIFICATE",
        Nginx,
        "/etc/letsencrypt/live/images.example.org/fullchain.pem",
        "File of the certificate with its chain.",
    )
    .or("/etc/nginx/tls/fullchain.pem")
    .read_by(NGINX),
    Setting::new(
        "TLS_CERTIFICATE_KEY",
        Nginx,
        "/etc/letsencrypt/live/images.example.org/privkey.pem",
        "File of the certificate's key.",
    )
    .or("/etc/nginx/tls/privkey.pem")
    .read_by(NGINX),
    Setting::new(
        "ACME_DIR",
        Nginx,
        "/var/www/acme",
        "Folder in which certbot answers Let's Encrypt.",
    )
    .or("/var/www/acme")
    .read_by(NGINX),
    Setting::new(
        "ACCESS_LOG",
        Nginx,
        "/var/log/nginx/iiif.log",
        "File of nginx's access log, `syslog:...`, or `off`.",
    )
    .or("/var/log/nginx/access.log")
    .read_by(NGINX),
    Setting::new(
        "VIEWER_DIR",
        Nginx,
        "/srv/viewer",
        "Folder served at `/`, for example with a viewer.",
    )
    .or_else("`/usr/share/nginx/html`, in compose a page that leads to the sign-in")
    .read_by(BOTH),
    Setting::new(
        "COMPOSE_PROFILES",
        Compose,
        "letsencrypt",
        "Parts to start besides nginx, gate and IIPImage: `digilib`, `cantaloupe`, `letsencrypt`.",
    )
    .read_by(COMPOSE),
    Setting::new(
        "HTTP_PORT",
        Compose,
        "80",
        "`[address:]port` of http on this machine.",
    )
    .or("127.0.0.1:8080")
    .read_by(COMPOSE),
    Setting::new(
        "HTTPS_PORT",
        Compose,
        "443",
        "`[address:]port` of https on this machine.",
    )
    .or("127.0.0.1:8443")
    .read_by(COMPOSE),
    Setting::new(
        "LETSENCRYPT_EMAIL",
        Compose,
        "webmaster@example.org",
        "Address that Let's Encrypt writes to; the profile `letsencrypt` needs it.",
    )
    .read_by(COMPOSE),
    Setting::new(
        "LETSENCRYPT_SERVER",
        Compose,
        "https://acme-staging-v02.api.letsencrypt.org/directory",
        "Another certificate authority than Let's Encrypt, by the URL of its ACME directory.",
    )
    .read_by(COMPOSE),
    Setting::new(
        "CERT_DIR",
        Compose,
        "/srv/certificates",
        "Folder with `fullchain.pem` and `privkey.pem`, if you have a certificate of your own.",
    )
    .or("./docker/certs")
    .read_by(COMPOSE),
    Setting::new(
        "IIPIMAGE_PROCESSES",
        Compose,
        "4",
        "Number of IIPImage processes.",
    )
    .or_else("one per processor")
    .read_by(COMPOSE),
    Setting::new(
        "DIGILIB_IMAGE",
        Compose,
        "robcast/digilib:snapshot",
        "Docker image of digilib.",
    )
    .or("robcast/digilib:snapshot")
    .read_by(COMPOSE),
    Setting::new(
        "CANTALOUPE_IMAGE",
        Compose,
        "uclalibrary/cantaloupe:5.0.7-0",
        "Docker image of Cantaloupe.",
    )
    .or("uclalibrary/cantaloupe:5.0.7-0")
    .read_by(COMPOSE),
];
