//! A server as the command line asks it: what `--server` and its companions say.

use std::path::PathBuf;

use clap::Args;

pub use client::Client;

/// Which server to ask in place of a file.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// Ask a server (`dasdlab serve`) by the URL of its control face, in place of a file
    #[arg(long, value_name = "URL", help_heading = SERVER)]
    pub server: Option<String>,
    /// The certificate of the server, as it wrote it
    #[arg(long, value_name = "FILE", help_heading = SERVER)]
    certificate: Option<PathBuf>,
    /// A file with the password of the server in its first line
    #[arg(long, value_name = "FILE", help_heading = SERVER)]
    password_file: Option<PathBuf>,
}

const SERVER: &str = "A server in place of a file";

impl ServerArgs {
    /// Refuses what is said about a server where none is named.
    fn alone(&self) -> Result<(), super::Problem> {
        let without = match (&self.server, &self.certificate, &self.password_file) {
            (None, Some(_), _) => "--certificate",
            (None, None, Some(_)) => "--password-file",
            _ => return Ok(()),
        };
        Err(super::Problem::usage(format!("{without} is about a server: expected --server URL too")))
    }
}

#[cfg(not(feature = "serve"))]
mod client {
    use dasdlab_model::name::ProfileName;
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::super::Problem;
    use super::ServerArgs;

    impl ServerArgs {
        /// Nobody, who asks no server.
        ///
        /// # Errors
        /// A server is named.
        pub fn client(&self) -> Result<Option<Client>, Problem> {
            self.alone()?;
            match self.server {
                Some(_) => Err(Problem::usage("this dasdlab was built without the feature `serve`: it can ask no server")),
                None => Ok(None),
            }
        }
    }

    /// Nobody.
    pub enum Client {}

    impl Client {
        /// No URL.
        pub fn url(&self) -> &str {
            match *self {}
        }

        /// Asks for nothing.
        pub fn get<T: DeserializeOwned>(&self, _: &[&str]) -> Result<T, Problem> {
            match *self {}
        }

        /// Orders nothing.
        pub fn post<T: DeserializeOwned>(&self, _: &[&str], _: &impl Serialize) -> Result<T, Problem> {
            match *self {}
        }

        /// No profile.
        pub fn profile(&self, _: Option<&str>) -> Result<ProfileName, Problem> {
            match *self {}
        }
    }
}

#[cfg(feature = "serve")]
mod client {
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;

    use dasdlab_model::name::ProfileName;
    use dasdlab_servers::control::{BASE, Problem as Said};
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use ureq::http::{Request, StatusCode, Uri};
    use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
    use ureq::{Agent, Body};

    use super::super::{Problem, files, load};
    use super::ServerArgs;

    /// How long a server may take to answer: to boot a large site takes a while.
    const PATIENCE: Duration = Duration::from_secs(120);

    /// The most bytes of an answer.
    const MAX_ANSWER: u64 = 512 * 1024 * 1024;

    impl ServerArgs {
        /// Whoever asks the server; none where none is named.
        ///
        /// # Errors
        /// The URL, the certificate or the password cannot be used.
        pub fn client(&self) -> Result<Option<Client>, Problem> {
            self.alone()?;
            let Some(url) = &self.server else { return Ok(None) };
            Client::new(url, self.certificate.as_deref(), self.password_file.as_deref()).map(Some)
        }
    }

    /// Asks a server.
    pub struct Client {
        agent: Agent,
        /// The URL as it was given, for messages.
        url: String,
        /// What every path is put behind.
        base: String,
        authorization: Option<String>,
    }

    impl Client {
        fn new(url: &str, certificate: Option<&Path>, password: Option<&Path>) -> Result<Self, Problem> {
            let wrong = || {
                Problem::usage(format!("`{url}` is no URL of a server"))
                    .help("expected http://HOST:PORT or https://HOST:PORT, as `dasdlab serve` prints it")
            };
            let uri: Uri = url.parse().map_err(|_| wrong())?;
            let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(wrong)?;
            let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(wrong)?;
            let is_port = authority.as_str() == authority.host() || authority.port_u16().is_some_and(|port| port > 0);
            if !is_port || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
                return Err(wrong());
            }
            let mut tls = TlsConfig::builder();
            if let Some(file) = certificate {
                let pem = files::secret(file)?;
                let certificates: Vec<_> = parse_pem(pem.as_bytes())
                    .filter_map(|item| match item {
                        Ok(PemItem::Certificate(certificate)) => Some(certificate),
                        _ => None,
                    })
                    .collect();
                if certificates.is_empty() {
                    return Err(Problem::usage("there is no certificate in it: expected PEM").file(file));
                }
                tls = tls.root_certs(RootCerts::Specific(Arc::new(certificates)));
            }
            let authorization = match password {
                None => None,
                Some(file) => {
                    let text = files::secret(file)?;
                    let word = text.lines().next().unwrap_or_default();
                    let is_sound = !word.is_empty() && word.bytes().all(|byte| (0x20..0x7F).contains(&byte));
                    if !is_sound {
                        return Err(Problem::usage("there is no password in its first line").file(file));
                    }
                    Some(format!("Bearer {word}"))
                }
            };
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                // A server of this kind is near, and no proxy should hear its password.
                .proxy(None)
                .timeout_global(Some(PATIENCE))
                .tls_config(tls.build())
                .build();
            Ok(Self { agent: config.into(), url: url.to_owned(), base: format!("{scheme}://{authority}{BASE}"), authorization })
        }

        /// The URL as it was given.
        #[must_use]
        pub fn url(&self) -> &str {
            &self.url
        }

        /// Asks for something.
        ///
        /// # Errors
        /// The server cannot be reached, refuses, or says something else.
        pub fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Problem> {
            let request = self.request("GET", path);
            self.answer(request.body(()).map(|request| self.agent.run(request)))
        }

        /// Orders something.
        ///
        /// # Errors
        /// The server cannot be reached, refuses, or says something else.
        pub fn post<T: DeserializeOwned>(&self, path: &[&str], body: &impl Serialize) -> Result<T, Problem> {
            let text = serde_json::to_string(body).map_err(|error| Problem::fault(error.to_string()))?;
            let request = self.request("POST", path).header("content-type", "application/json");
            self.answer(request.body(text).map(|request| self.agent.run(request)))
        }

        fn request(&self, method: &str, path: &[&str]) -> ureq::http::request::Builder {
            let mut url = self.base.clone();
            for part in path {
                url.push('/');
                for byte in part.bytes() {
                    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                        url.push(char::from(byte));
                    } else {
                        url.push_str(&format!("%{byte:02X}"));
                    }
                }
            }
            let request = Request::builder().method(method).uri(url).header("accept", "application/json");
            match &self.authorization {
                Some(authorization) => request.header("authorization", authorization),
                None => request,
            }
        }

        fn answer<T: DeserializeOwned>(
            &self,
            answer: Result<Result<ureq::http::Response<Body>, ureq::Error>, ureq::http::Error>,
        ) -> Result<T, Problem> {
            let url = &self.url;
            let answer = answer.map_err(|error| Problem::fault(format!("cannot ask {url}: {error}")))?;
            let mut answer = answer.map_err(|error| self.unreachable(&error))?;
            let status = answer.status();
            let text =
                answer.body_mut().with_config().limit(MAX_ANSWER).read_to_string().map_err(|error| self.unreachable(&error))?;
            if status.is_success() {
                return serde_json::from_str(&text).map_err(|_| {
                    Problem::usage(format!("{url} answers as no server of this kind does"))
                        .help("expected the control face of `dasdlab serve`")
                });
            }
            let said: Option<Said> = serde_json::from_str(&text).ok();
            let Some(said) = said else {
                return Err(Problem::usage(format!("{url} answers with {status}: it is no control face"))
                    .help("expected the URL that `dasdlab serve` prints for control"));
            };
            let place = said.place.map(|place| format!(" ({place})")).unwrap_or_default();
            let problem = match status {
                StatusCode::SERVICE_UNAVAILABLE => Problem::machine(format!("{url}: {}", said.message)),
                status if status.is_server_error() => Problem::machine(format!("{url} has failed: {}", said.message)),
                StatusCode::UNAUTHORIZED => Problem::usage(format!("{url} asks for a password, and this is not it"))
                    .help("name a file that has it with --password-file"),
                _ => Problem::usage(format!("{url}: {}{place}", said.message)),
            };
            Err(match said.expected {
                Some(expected) if problem.help.is_none() => problem.help(format!("expected {expected}")),
                _ => problem,
            })
        }

        fn unreachable(&self, error: &ureq::Error) -> Problem {
            let problem = Problem::machine(format!("cannot ask {}: {error}", self.url));
            match error {
                ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
                    problem.help("name the certificate that the server wrote with --certificate")
                }
                ureq::Error::Io(inner) if inner.to_string().contains("certificate") => {
                    problem.help("name the certificate that the server wrote with --certificate")
                }
                _ => problem.help("is the server running? `dasdlab serve` prints its URL"),
            }
        }

        /// The profile that is asked for, or the only one.
        ///
        /// # Errors
        /// There is no such profile, or several and none is named.
        pub fn profile(&self, asked: Option<&str>) -> Result<ProfileName, Problem> {
            #[derive(serde::Deserialize)]
            struct Named {
                name: ProfileName,
            }
            let panels: Vec<Named> = self.get(&["profiles"])?;
            let names: Vec<&ProfileName> = panels.iter().map(|panel| &panel.name).collect();
            load::profile_of(&names, asked, &self.url)
        }
    }
}
