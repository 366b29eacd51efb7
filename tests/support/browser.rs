//! The other side: a browser with its cookies, and what it gets.

use std::collections::BTreeMap;
use std::net::IpAddr;

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, LOCATION, SET_COOKIE};
use actix_web::test::TestRequest;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A browser: keeps cookies, and says where its forms come from.
#[derive(Debug, Default, Clone)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Browser {
    /// Adds a header to everything that it sends.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        let mut request = TestRequest::default().method(method).uri(path);
        let address: IpAddr = [192, 0, 2, 1].into();
        if !self.headers.iter().any(|(name, _)| name == "X-Real-IP") {
            request = request.append_header(("X-Real-IP", address.to_string()));
        }
        if !self.cookies.is_empty() {
            request = request.append_header(("Cookie", self.cookie_header()));
        }
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_str()));
        }
        request
    }

    pub(crate) fn cookie_header(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    pub(crate) fn keep(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Reply {
    /// A header's value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The value of a form's field.
    pub(crate) fn field(&self, name: &str) -> String {
        let page = scraper::Html::parse_document(&self.body);
        let selector = scraper::Selector::parse(&format!("[name={name}]")).unwrap();
        let field = page.select(&selector).next();
        let field =
            field.unwrap_or_else(|| panic!("no field {name}: {} {}", self.status, self.body));
        field.value().attr("value").unwrap_or_default().to_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A form as browsers write it.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
