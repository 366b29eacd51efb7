//! A stack with the real gate, users and rules, in front of a recording image server.
//!
//! `pub1` is public, `sec1` and everything below `dir` need the role `staff`, and nobody may see the rest;
//! but `sized` is open up to 50 pixels, `room` in the network 203.0.113.0/24, the files below `talks` for
//! `staff`. Every image is 100 pixels wide and 80 high.

use std::time::SystemTime;

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

use crate::http::{Answer, get, raw, request};
use crate::server::{self, Reply, Request, Server};
use crate::stack::{Stack, words};

const SALT: &str = "a-salt-that-is-long-enough";
const PASSWORD: &str = "correct horse battery";

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
        let images = Server::start(answer);
        let url = format!("http://127.0.0.1:{}/base/", images.port);
        let mut all = vec![("IMAGE_SERVER", "other"), ("IMAGE_SERVER_URL", &*url)];
        all.extend(settings);
        Self::prepare(images, &all).up()
    }

    /// In front of IIPImage, not started yet.
    pub(crate) fn with_iipimage() -> Self {
        Self::prepare(Server::start(answer), &[])
    }

    fn prepare(images: Server, settings: &[(&str, &str)]) -> Self {
        let mut all = settings.to_vec();
        all.extend([
            ("GATE", env!("CARGO_BIN_EXE_iiif-gate")),
            ("DEFAULT_ACCESS", "deny"),
            ("BCRYPT_COST", "4"),
            ("AUTH_PASSWORD_SALT", SALT),
            ("AUTH_ADMIN_PASSWORD", PASSWORD),
        ]);
        let stack = Stack::prepare(&all);
        fill(&stack);
        Self { stack, images }
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

    pub(crate) fn get(&self, target: &str, headers: &[&str]) -> Answer {
        get(self.stack.port, target, headers)
    }

    /// Signs in at the access service; the cookie as a header line.
    pub(crate) fn sign_in(&self, user: &str) -> String {
        let form = self.get("/auth/iiif-login", &[]);
        let secret = form.header("Set-Cookie").unwrap();
        let secret = secret.split(';').next().unwrap();
        let page = form.text();
        let (_, csrf) = page.split_once("name=\"csrf\" value=\"").unwrap();
        let csrf = csrf.split('"').next().unwrap();
        let fields = format!(
            "username={user}&password={}&csrf={csrf}",
            PASSWORD.replace(' ', "+")
        );
        let origin = format!("Origin: http://localhost:{}", self.stack.port);
        let mut post = request(
            "POST",
            b"/auth/iiif-login",
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
        let cookies = answer.all("Set-Cookie");
        let cookie = cookies
            .iter()
            .find(|cookie| cookie.starts_with("iiif-gate="))
            .unwrap();
        format!("Cookie: {}", cookie.split(';').next().unwrap())
    }
}

/// alice has the role `staff`, mallory has none of her own.
fn fill(stack: &Stack) {
    let data = stack.folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let url = format!("sqlite://{}/iiif-gate.db", data.display());
    let store = Store::open(&DatabaseUrl::parse(&url).unwrap()).unwrap();
    store.migrate().unwrap();
    let (admin, now) = (Admin::console(), DateTime::<Utc>::from(SystemTime::now()));
    let hash = password::hash(PASSWORD, SALT, 4, [7; 16]).unwrap();
    store
        .blocking(|conn| {
            let staff = RoleName::parse("staff").unwrap();
            let staff = roles::NewRole::assigned(staff, "Staff");
            let staff = roles::create(conn, &admin, now, &staff)?;
            for (name, roles) in [("alice", vec![staff]), ("mallory", Vec::new())] {
                let user = NewUser {
                    name: UserName::parse(name).unwrap(),
                    display_name: name.to_owned(),
                    password_hash: Some(hash.clone()),
                    state: UserState::Active,
                    roles,
                };
                users::create(conn, &admin, now, &user)?;
            }
            let file = rules::parse_csv(RULES)?;
            rules::import(conn, &admin, now, &file, Scope::Change)?;
            conditions(conn, now, staff)
        })
        .unwrap();
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
fn answer(request: &Request) -> Reply {
    if !request.target.ends_with("/info.json") {
        return server::images(request);
    }
    let id = request.target.trim_end_matches("/info.json");
    let document = format!(
        "{{\"@context\":\"http://iiif.io/api/image/2/context.json\",\"@id\":\"http://inside{id}\",\
         \"protocol\":\"http://iiif.io/api/image\",\"width\":100,\"height\":80,\
         \"profile\":[\"http://iiif.io/api/image/2/level2.json\"]}}"
    );
    (
        200,
        vec!["Content-Type: application/json".to_owned()],
        document.into_bytes(),
    )
}
