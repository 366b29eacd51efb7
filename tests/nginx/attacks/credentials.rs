//! Invariant 4: whatever is presented together opens no more than each of it alone.

use super::field::{Field, Gate};

#[test]
fn credentials_together_open_no_more_than_each_alone() {
    let field = Field::new();
    let mut gate = Gate::open(&field.site);
    let [_, mallory, alice] = &field.cookies;
    let (mallory, alice) = (mallory.clone().unwrap(), alice.clone().unwrap());
    let cookies = [
        String::new(),
        "Cookie: iiif-gate=garbage\r\n".to_owned(),
        format!("Cookie: iiif-gate={mallory}\r\n"),
        format!("Cookie: iiif-gate={alice}\r\n"),
        format!("Cookie: iiif-gate={mallory}; iiif-gate={alice}\r\n"),
        format!("Cookie: iiif-gate={alice}\r\nCookie: iiif-gate={alice}x\r\n"),
    ];
    let bearers = [
        String::new(),
        "Authorization: Bearer undefined\r\n".to_owned(),
        format!("Authorization: Bearer {}\r\n", field.bearer),
        format!("Authorization: Bearer {}x\r\n", field.bearer),
        format!("Authorization: Bearer {alice}\r\n"),
        format!(
            "Authorization: Bearer {}\r\nAuthorization: Bearer x\r\n",
            field.bearer
        ),
    ];
    for target in ["sec1/info.json", "sec1/full/max/0/default.jpg"] {
        let mut ask = |credentials: &str| {
            let question = format!(
                "GET /query_auth HTTP/1.1\r\nHost: localhost\r\nX-Original-URI: /iiif/images/{target}\r\n\
                 X-Original-Method: GET\r\n{credentials}\r\n"
            );
            gate.ask(question.as_bytes()).status
        };
        for cookie in &cookies {
            for bearer in &bearers {
                let (one, other) = (ask(cookie), ask(bearer));
                let together = ask(&format!("{cookie}{bearer}"));
                if together == 204 {
                    assert!(one == 204 || other == 204, "{target}: {cookie}{bearer}");
                }
                // mallory may not, whoever else is named beside.
                if cookie.contains(&mallory) {
                    assert!(
                        together == 401 || together == 403,
                        "{target}: {cookie}{bearer}"
                    );
                }
            }
        }
    }
}
