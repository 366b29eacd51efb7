//! A stack with the real gate, users and rules, in front of a recording image server.
//!
//! `pub1` is public, `sec1` and everything below `dir` need the role `staff`, and nobody may see the rest;
//! but `sized` is open up to 50 pixels, `room` in the network 203.0.113.0/24, the files below `talks` for
//! `staff`. Every image is 100 pixels wide and 80 high.

use chrono::{DateTime, Utc};
use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Access, Kind, Requirement};
use iiif_gate::config::DatabaseUrl;
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::name::{RoleName, UserName};
use iiif_gate::identity::network::parse_list;
use iiif_gate::identity::password;
use iiif_gate::identity::principal::{ObtainedBy, RoleId};
use iiif_gate::store::rules::Scope;
use iiif_gate::store::users::{NewUser, UserState};
use iiif_gate::store::{Conn, Store, StoreError, networks, roles, rules, users};
use iiif_gate::web::state::now;

use crate::http::{Answer, get, raw, request};
use crate::server::{self, Reply, Request, Server};
use crate::stack::{Stack, words};

/// What signs the tokens that are handed on to the annotation store.
pub(crate) const STORE_SECRET: &str = "a secret of the store, for tests";
const SALT: &str = "a-salt-that-is-long-enough";
pub(crate) const PASSWORD: &str = "correct horse battery";

const RULES: &str = "pattern,kind,requirement,roles,note\n\
    pub1,image,public,,\nsec1,image,roles,staff,\ndir/*,image,roles,staff,\n";

pub(crate) struct Site {
    pub(crate) stack: Stack,
    images: Server,
}

impl Site {
    /// In front of the recording image server.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with these settings besides.
    pub(crate) fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_filled(settings, |_| Ok(()))
    }

    /// The same with more in its database.
    pub(crate) fn start_filled(
        settings: &[(&str, &str)],
        more: impl FnOnce(&mut Conn) -> Result<(), StoreError>,
    ) -> Self {
        let images = Server::start(answer);
        let url = format!("http://127.0.0.1:{}/base/", images.port);
        let mut all = vec![("IMAGE_SERVER", "other"), ("IMAGE_SERVER_URL", &*url)];
        all.extend(settings);
        let make = |conn: &mut Conn| fill(conn).and_then(|()| more(conn));
        Self::prepare(images, &all, make).up()
    }

    /// In front of IIPImage, not started yet.
    pub(crate) fn with_iipimage() -> Self {
        Self::prepare(Server::start(answer), &[], fill)
    }

    /// With other people and rules, in front of a recording image server whose images have 6000 x 4000
    /// pixels. A proxy before nginx says where people come from.
    pub(crate) fn with(make: impl FnOnce(&mut Conn) -> Result<(), StoreError>) -> Self {
        let images = Server::start(|request| answer_for(6000, 4000, request));
        let url = format!("http://127.0.0.1:{}/base/", images.port);
        let settings = [
            ("IMAGE_SERVER", "other"),
            ("IMAGE_SERVER_URL", &*url),
            ("TRUSTED_PROXIES", "127.0.0.1"),
            ("DEFAULT_ACCESS", "user"),
        ];
        Self::prepare(images, &settings, make).up()
    }

    fn prepare(
        images: Server,
        settings: &[(&str, &str)],
        make: impl FnOnce(&mut Conn) -> Result<(), StoreError>,
    ) -> Self {
        let mut all = vec![
            ("GATE", env!("CARGO_BIN_EXE_iiif-gate")),
            ("DEFAULT_ACCESS", "deny"),
            ("BCRYPT_COST", "4"),
            ("AUTH_PASSWORD_SALT", SALT),
            ("ANNOTATOR_STORE_SECRET", STORE_SECRET),
            ("AUTH_ADMIN_PASSWORD", PASSWORD),
        ];
        all.extend(settings);
        let stack = Stack::prepare(&all);
        std::fs::create_dir_all(stack.folder.path().join("data")).unwrap();
        let site = Self { stack, images };
        let store = site.database();
        store.migrate().unwrap();
        store.blocking(make).unwrap();
        site
    }

    fn database(&self) -> Store {
        let data = self.stack.folder.path().join("data");
        let url = format!("sqlite://{}/iiif-gate.db", data.display());
        Store::open(&DatabaseUrl::parse(&url).unwrap()).unwrap()
    }

    /// Changes the database beside the running gate, as the command line does.
    pub(crate) fn change<T>(&self, what: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
        self.database().blocking(what).unwrap()
    }

    pub(crate) fn up(self) -> Self {
        let output = self.stack.run("up");
        assert!(output.status.success(), "stack up: {}", words(&output));
        self
    }

    /// The targets of the requests for pixels that have reached the image server since the last time.
    pub(crate) fn pictures(&self) -> Vec<String> {
        let seen = self.images.take().into_iter().map(|seen| seen.target);
        seen.filter(|target| !target.ends_with("/info.json"))
            .collect()
    }

    /// The targets of all requests that have reached the image server since the last time.
    pub(crate) fn reached(&self) -> Vec<String> {
        let seen = self.images.take().into_iter();
        seen.map(|seen| seen.target).collect()
    }

    /// Where the image server is.
    pub(crate) fn image_server(&self) -> String {
        format!("http://127.0.0.1:{}/base/", self.images.port)
    }

    pub(crate) fn get(&self, target: &str, headers: &[&str]) -> Answer {
        get(self.stack.port, target, headers)
    }

    /// Signs in at the access service; the cookie as a header line.
    pub(crate) fn sign_in(&self, user: &str) -> String {
        let password = PASSWORD.replace(' ', "+");
        self.submit(
            "/auth/iiif-login",
            &format!("username={user}&password={password}"),
        )
    }

    /// Sends the form of an access service; the cookie as a header line.
    pub(crate) fn submit(&self, path: &str, fields: &str) -> String {
        let form = self.get(path, &[]);
        let secret = form.header("Set-Cookie").unwrap();
        let secret = secret.split(';').next().unwrap();
        let page = form.text();
        let (_, csrf) = page.split_once("name=\"csrf\" value=\"").unwrap();
        let csrf = csrf.split('"').next().unwrap();
        let fields = format!("{fields}&csrf={csrf}");
        let origin = format!("Origin: http://localhost:{}", self.stack.port);
        let mut post = request(
            "POST",
            path.as_bytes(),
            &[
                &origin,
                "Content-Type: application/x-www-form-urlencoded",
                &format!("Cookie: {secret}"),
                &format!("Content-Length: {}", fields.len()),
            ],
        );
        post.extend_from_slice(fields.as_bytes());
        let answer = raw(self.stack.port, &post);
        assert_eq!(answer.status, 303, "{}", answer.text());
        access_cookie(&answer)
    }
}

/// The cookie that opens images, as a header line.
pub(crate) fn access_cookie(answer: &Answer) -> String {
    let cookies = answer.all("Set-Cookie");
    let mut cookies = cookies.iter();
    let cookie = cookies.find(|cookie| cookie.starts_with("iiif-gate="));
    format!("Cookie: {}", cookie.unwrap().split(';').next().unwrap())
}

/// Makes an active user.
pub(crate) fn make_user(conn: &mut Conn, name: &str, roles: Vec<RoleId>) -> Result<(), StoreError> {
    let user = NewUser {
        name: UserName::parse(name).unwrap(),
        display_name: name.to_owned(),
        password_hash: Some(password::hash(PASSWORD, SALT, 4, [7; 16], || ()).unwrap()),
        state: UserState::Active,
        roles,
    };
    users::create(conn, &Admin::console(), now(), &user).map(drop)
}

/// alice has the role `staff`, mallory has none of her own.
pub(crate) fn fill(conn: &mut Conn) -> Result<(), StoreError> {
    let (admin, now) = (Admin::console(), now());
    let staff = RoleName::parse("staff").unwrap();
    let staff = roles::NewRole::assigned(staff, "Staff");
    let staff = roles::create(conn, &admin, now, &staff)?;
    make_user(conn, "alice", vec![staff])?;
    make_user(conn, "mallory", Vec::new())?;
    let file = rules::parse_csv(RULES)?;
    rules::import(conn, &admin, now, &file, Scope::Change)?;
    conditions(conn, now, staff)
}

/// Rules about sizes, places and files.
fn conditions(conn: &mut Conn, now: DateTime<Utc>, staff: RoleId) -> Result<(), StoreError> {
    let admin = Admin::console();
    let network = networks::NewNetwork {
        name: "Reading room".to_owned(),
        ranges: parse_list("203.0.113.0/24").unwrap(),
        note: String::new(),
    };
    let room = roles::NewRole {
        obtained_by: ObtainedBy::Network,
        networks: vec![networks::create(conn, &admin, now, &network)?],
        ..roles::NewRole::assigned(RoleName::parse("reading-room").unwrap(), "Reading room")
    };
    let room = roles::create(conn, &admin, now, &room)?;
    for (kind, pattern, role, public_size) in [
        (Kind::Image, "sized", staff, 50),
        (Kind::Image, "room", room, 0),
        (Kind::File, "iiif/files/talks/*", staff, 0),
    ] {
        let requirement = Requirement::AnyOf(std::iter::once(role).collect());
        let access = Access {
            public_size,
            ..Access::from(requirement)
        };
        let rule = rules::NewRule::new(kind, Pattern::parse(pattern).unwrap(), access);
        rules::create(conn, &admin, now, &rule)?;
    }
    Ok(())
}

/// Describes every image, and is a picture otherwise.
pub(crate) fn answer(request: &Request) -> Reply {
    answer_for(100, 80, request)
}

fn answer_for(width: u32, height: u32, request: &Request) -> Reply {
    let Some(id) = request.target.strip_suffix("/info.json") else {
        return server::images(request);
    };
    let document = format!(
        "{{\"@context\":\"http://iiif.io/api/image/2/context.json\",\"@id\":\"http://inside{id}\",\
         \"protocol\":\"http://iiif.io/api/image\",\"width\":{width},\"height\":{height},\
         \"profile\":[\"http://iiif.io/api/image/2/level2.json\"]}}"
    );
    (
        200,
        vec!["Content-Type: application/json".to_owned()],
        document.into_bytes(),
    )
}
