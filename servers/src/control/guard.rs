//! Who is let in: whoever knows the password, where there is one, and no page of a foreign site.
//!
//! Browsers send what any page tells them to, to this machine too. What names another origin than this face is refused; and
//! without a password so is a host name that is not this machine's, which is how a foreign page would look like one of ours.

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::problem::Problem;
use crate::auth::Access;

/// Lets a request in, or says why not.
pub(super) fn guard(headers: &HeaderMap, authority: Option<&str>, access: Option<&Access>) -> Result<(), Problem> {
    let header = |name| headers.get(name).map(|value: &axum::http::HeaderValue| value.to_str().unwrap_or("?"));
    let host = header(HOST).or(authority);
    if let Some(origin) = header(ORIGIN) {
        let from = origin.split_once("://").map(|(_, host)| host);
        if from.is_none() || from != host {
            return Err(Problem::new(StatusCode::FORBIDDEN, "a page of another site asks: expected one of this server")
                .at("header Origin"));
        }
    }
    let Some(access) = access else {
        return match host {
            Some(host) if !is_this_machine(host) => {
                let message = "the host is no address and not localhost: expected an address, or a server with a password";
                Err(Problem::new(StatusCode::FORBIDDEN, message).at("header Host"))
            }
            _ => Ok(()),
        };
    };
    let given = header(AUTHORIZATION).and_then(|value| value.split_once(' '));
    let is_known = given.is_some_and(|(scheme, secret)| {
        if scheme.eq_ignore_ascii_case("bearer") {
            access.permits(access.user(), secret.trim())
        } else if scheme.eq_ignore_ascii_case("basic") {
            let text = BASE64_STANDARD.decode(secret.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            text.as_deref().and_then(|text| text.split_once(':')).is_some_and(|(user, password)| access.permits(user, password))
        } else {
            false
        }
    });
    if is_known {
        return Ok(());
    }
    let message = "user or password is not right: expected `Basic` with both or `Bearer` with the password";
    Err(Problem::new(StatusCode::UNAUTHORIZED, message).at("header Authorization"))
}

/// Whether a host, with or without its port, is an address or `localhost`: what no foreign name server can give out.
fn is_this_machine(host: &str) -> bool {
    if let Some(inside) = host.strip_prefix('[') {
        return inside.split_once(']').is_some_and(|(address, _)| address.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let name = host.split(':').next().unwrap_or_default();
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], has_password: bool, expected: u16) {
        let access = has_password.then(|| Access::new("qa", "secret"));
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap())).collect();
        let status = guard(&headers, None, access.as_ref()).map_or_else(|problem| problem.status, |()| 200);
        assert_eq!(status, expected, "{headers:?}");
    }

    #[test]
    fn with_a_password_only_who_knows_it_is_let_in() {
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        check(&[], true, 401);
        for (value, expected) in [
            ("Bearer secret", 200),
            ("bearer  secret", 200),
            ("Bearer secre", 401),
            ("Bearer", 401),
            (&basic("qa:secret"), 200),
            (&basic("qb:secret"), 401),
            (&basic("qa"), 401),
            ("Basic ????", 401),
            ("Digest secret", 401),
        ] {
            check(&[("authorization", value)], true, expected);
        }
    }

    #[test]
    fn no_page_of_another_site_is_let_in() {
        let host = ("host", "127.0.0.1:8460");
        check(&[host, ("origin", "http://127.0.0.1:8460")], false, 200);
        check(&[host, ("origin", "http://127.0.0.1:8461")], false, 403);
        check(&[host, ("origin", "http://evil.example")], false, 403);
        check(&[host, ("origin", "null")], false, 403);
        check(&[host, ("origin", "https://evil.example"), ("authorization", "Bearer secret")], true, 403);
    }

    #[test]
    fn without_a_password_a_host_is_an_address_or_localhost() {
        for (host, expected) in [
            ("localhost", 200),
            ("LOCALHOST:1", 200),
            ("127.0.0.1:8460", 200),
            ("[::1]:8460", 200),
            ("[::1", 403),
            ("evil.example:8460", 403),
            ("localhost.evil.example", 403),
        ] {
            check(&[("host", host)], false, expected);
        }
        check(&[("host", "qa-server:8460"), ("authorization", "Bearer secret")], true, 200);
        check(&[], false, 200);
    }
}
