//! What the gate reads of images, people and data, in the order of the documentation.

use crate::config::setting::Section::{Access, Accounts, Address, Data, Images, Sessions};
use crate::config::setting::{Reader, Setting};

const EVERYBODY: &[Reader] = &[Reader::Gate, Reader::Nginx, Reader::Compose];

/// The settings.
pub(super) static SETTINGS: &[Setting] = &[
    Setting::new(
        "VIRTUAL_HOST",
        Address,
        "images.example.org",
        "Host name, and port if it is not the usual one, under which browsers reach nginx.",
    )
    .or("localhost:8080")
    .read_by(EVERYBODY),
    Setting::new(
        "VIRTUAL_HOST_PROTO",
        Address,
        "https",
        "`https`, or `http` if `VIRTUAL_HOST` is this machine.",
    ).note("To other machines browsers send the cookie of a sign-in over https alone.")
    .or_else(
        "`http` if `VIRTUAL_HOST` is this machine (`localhost`, `127.0.0.1`), otherwise \
         `https`",
    )
    .read_by(EVERYBODY),
    Setting::new(
        "IMAGE_SERVER",
        Images,
        "digilib",
        "The image server behind nginx: `iipimage`, `digilib`, `cantaloupe` or `other`.",
    )
    .or("iipimage")
    .read_by(EVERYBODY),
    Setting::new(
        "IMAGE_SERVER_URL",
        Images,
        "http://127.0.0.1:8182/iiif/2/",
        "Where the image server answers IIIF requests, up to the identifier.",
    ).note("For IIPImage, which speaks FastCGI, it is nginx's inner listener.")
    .or_else(
        "`http://127.0.0.1:8183/iiif/images/` for iipimage, \
         `http://127.0.0.1:8080/digilib/Scaler/IIIF/` for digilib, \
         `http://127.0.0.1:8182/iiif/2/` for cantaloupe; `other` needs one",
    )
    .read_by(EVERYBODY),
    Setting::new(
        "SLASH_SUBSTITUTE",
        Images,
        "!",
        "The character that the image server takes for a `/` in identifiers, or `none`.",
    ).note("Rules are always written with `/`.")
    .or_else("`!` for digilib, otherwise none"),
    Setting::new(
        "DEFAULT_ACCESS",
        Access,
        "public",
        "Who sees images that no rule speaks of: `user` (any signed-in user), `public` or `deny` (nobody).",
    )
    .or("user"),
    Setting::new(
        "DEFAULT_MANIFEST_ACCESS",
        Access,
        "user",
        "The same for manifests: `user`, `public` or `deny`.",
    ).note("Most viewers cannot sign in for a manifest, so they are open by default.")
    .or("public"),
    Setting::new(
        "BEARER_OPENS_IMAGES",
        Access,
        "true",
        "Whether a viewer's access token opens images too, as in the Flask original.",
    ).note("Otherwise it opens descriptions (info.json), and the cookie opens images.")
    .or("false"),
    Setting::new(
        "VIEWER_ORIGINS",
        Access,
        "https://mirador.example.org,https://viewer.example.org:8443",
        "Sites whose viewers may get access tokens, separated by commas or blanks.",
    )
    .or_else("any site"),
    Setting::new(
        "TIME_ZONE",
        Access,
        "Europe/Berlin",
        "The time zone in which the days of rules begin and end, by its IANA name.",
    )
    .or("UTC"),
    Setting::new(
        "IIIF_AUTH_VERSIONS",
        Access,
        "2",
        "The versions of IIIF Auth that viewers find: `1`, `2` or `1,2`.",
    )
    .or("1,2"),
    Setting::new(
        "UV_CROSS_SITE",
        Access,
        "false",
        "Whether Universal Viewer is told to send cookies, so that it shows protected images on other sites.",
    ).note("It is the member `crossOriginPolicy`, which other viewers ignore.")
    .or("true"),
    Setting::new(
        "COOKIE_SAME_SITE",
        Access,
        "lax",
        "`none` lets viewers on other sites show protected images, `lax` only those on this site.",
    ).note("Over plain http it is always `lax`.")
    .or("none"),
    Setting::new(
        "AUTH_ADMIN_USERID",
        Accounts,
        "admin@example.org",
        "Name of the administrator that the first start creates.",
    )
    .or("admin@example.org"),
    Setting::new(
        "AUTH_ADMIN_PASSWORD",
        Accounts,
        "blue-otter-47-lantern",
        "Password of that administrator, used at the first start only.",
    ).note("Remove it afterwards.")
    .or_else("generated, and shown once in the log")
    .secret(),
    Setting::new(
        "ALLOW_REGISTRATION",
        Accounts,
        "true",
        "Whether visitors may register an account.",
    )
    .or("false"),
    Setting::new(
        "REGISTRATION_APPROVAL",
        Accounts,
        "false",
        "Whether a registered account waits until an administrator activates it.",
    )
    .or("true"),
    Setting::new(
        "INSTITUTION_NAME",
        Accounts,
        "Library of Example",
        "Who runs this, as shown on the sign-in page.",
    )
    .or_else("the host name"),
    Setting::new(
        "FALLBACK_INFO_FILE",
        Images,
        "/data/fallback-info.json",
        "An info.json that stands in for a protected image while the image server does not answer.",
    )
    .or_else("a small built-in one"),
    Setting::new(
        "LANGUAGES",
        Accounts,
        "de,en,fr",
        "Languages of your texts for visitors; the first is shown to those who speak none of them.",
    ).note("Our own texts come in English, German and French.")
    .or("en"),
    Setting::new(
        "INSTITUTION_LOGO",
        Accounts,
        "/logo.svg",
        "Logo on the sign-in page: a path on this host, or an https URL.",
    ),
    Setting::new(
        "INSTITUTION_CONTACT",
        Accounts,
        "help@example.org",
        "Whom to ask for an account: an e-mail address, a URL or a short text.",
    ),
    Setting::new(
        "BCRYPT_COST",
        Accounts,
        "13",
        "Work per password check, 4 to 18.",
    ).note("Each step doubles it.")
    .or("12"),
    Setting::new(
        "TOKEN_LIFETIME",
        Sessions,
        "30m",
        "How long a viewer's access token is good for: seconds, or a number with `s`, `m`, `h` or `d`.",
    )
    .or("3600"),
    Setting::new(
        "TOKEN_AUDIENCE",
        Sessions,
        "ImageServer",
        "Name of this installation in its access tokens.",
    ).note("Tokens with another name are refused.")
    .or("ImageServer"),
    Setting::new(
        "SESSION_IDLE",
        Sessions,
        "4h",
        "After how long without a request a session ends.",
    )
    .or("7200"),
    Setting::new(
        "SESSION_MAX",
        Sessions,
        "24h",
        "After how long a session ends in any case.",
    )
    .or("43200"),
    Setting::new(
        "AUDIT_RETENTION",
        Sessions,
        "90d",
        "How long entries of the audit log are kept.",
    )
    .or("365d"),
    Setting::new(
        "AUDIT_PSEUDONYMS_AFTER",
        Sessions,
        "off",
        "After how long pseudonyms stand in for visitors in the audit log, and networks for addresses.",
    ).note("Or `off`. The names of administrators stay.")
    .or("90d"),
    Setting::new(
        "STALE_LIMIT",
        Data,
        "5m",
        "How long sessions, users and rules in memory go on counting while the database cannot be read.",
    ).note("After that everything is refused until it can be read again.")
    .or("15m"),
    Setting::new(
        "DATA_DIR",
        Data,
        "/var/lib/iiif-gate",
        "Folder of the SQLite database and of generated secrets; back it up.",
    )
    .or("./data"),
    Setting::new(
        "AUTH_DB_CONNECTION",
        Data,
        "postgres://gate:password@db.example.org/gate",
        "The database: `sqlite:///path/to/file.db` or `postgres://user:password@host/name`.",
    )
    .or_else("the file `iiif-gate.db` in `DATA_DIR`")
    .secret(),
    Setting::new(
        "AUTH_SECRET_KEY",
        Data,
        "(the output of `openssl rand -base64 32`)",
        "Key that signs cookies and tokens and seals stored secrets, 32 bytes or more.",
    )
    .or_else("generated once, kept in `DATA_DIR/secret-key`")
    .secret(),
    Setting::new(
        "AUTH_SECRET_KEY_PREVIOUS",
        Data,
        "(the `AUTH_SECRET_KEY` you had before)",
        "Former keys that are still accepted, separated by blanks, so that a new key logs nobody out.",
    )
    .secret(),
    Setting::new(
        "AUTH_PASSWORD_SALT",
        Data,
        "(the output of `openssl rand -base64 32`)",
        "Mixed into every password before it is hashed; with another one no password fits any more.",
    ).note("Keep the Flask original's when you move over.")
    .or_else("generated once, kept in `DATA_DIR/password-salt`")
    .secret(),
];
