//! The paths of Unisphere: which there are, and who answers.

use serde_json::json;

use super::answer::{Answer, Answered, Failure};
use super::body::{self, Fields};
use super::groups::VolumeEdit;
use super::iterators::{self, Page, Rows};
use super::numbers::text;
use super::order::{Action, Groups};
use super::system::API_VERSIONS;
use super::view::View;
use super::volumes::Row;
use super::{Asked, Unisphere, clones, enhanced, groups, mainframe, private, system, volumes};

/// What Unisphere has under a version and is not simulated: the first segments of the path, `*` for any.
const NOT_SIMULATED: &[(&[&str], &str)] = &[
    (&["migration"], "Migration"),
    (&["performance"], "Performance"),
    (&["wlp"], "Workload planning"),
    (&["workloadplanner"], "Workload planning"),
    (&["vvol"], "vVols"),
    (&["dsa"], "Diagnostics"),
    (&["file"], "File storage"),
    (&["files"], "File storage"),
    (&["metrodr"], "Metro DR"),
    (&["metro_dr"], "Metro DR"),
    (&["replication", "metrodr"], "Metro DR"),
    (&["replication", "symmetrix", "*", "metrodr"], "Metro DR"),
    (&["replication", "symmetrix", "*", "rdf_group"], "SRDF"),
    (&["replication", "symmetrix", "*", "rdf_director"], "SRDF"),
    (&["replication", "symmetrix", "*", "rdf_port"], "SRDF"),
    (&["replication", "symmetrix", "*", "snapshot_policy"], "Snapshot policies"),
    (&["replication", "symmetrix", "*", "snapshot"], "SnapVX"),
    (&["replication", "symmetrix", "*", "volume"], "Replication of single volumes"),
    (&["replication", "symmetrix", "*", "storagegroup", "*", "snapshot"], "SnapVX"),
    (&["replication", "symmetrix", "*", "storagegroup", "*", "rdf_group"], "SRDF"),
    (&["replication", "symmetrix", "*", "storagegroup", "*", "rdfgroup"], "SRDF"),
    (&["replication", "symmetrix", "*", "storagegroup", "*", "snapshot_policy"], "Snapshot policies"),
    (&["sloprovisioning", "symmetrix", "*", "host"], "Hosts"),
    (&["sloprovisioning", "symmetrix", "*", "hostgroup"], "Host groups"),
    (&["sloprovisioning", "symmetrix", "*", "initiator"], "Initiators"),
    (&["sloprovisioning", "symmetrix", "*", "portgroup"], "Port groups"),
    (&["sloprovisioning", "symmetrix", "*", "port"], "Ports"),
    (&["sloprovisioning", "symmetrix", "*", "director"], "Directors"),
    (&["sloprovisioning", "symmetrix", "*", "maskingview"], "Masking views"),
    (&["sloprovisioning", "symmetrix", "*", "srp"], "Storage resource pools"),
    (&["sloprovisioning", "symmetrix", "*", "slo"], "Service levels"),
    (&["sloprovisioning", "symmetrix", "*", "workloadtype"], "Workload types"),
    (&["sloprovisioning", "symmetrix", "*", "nvme"], "NVMe"),
    (&["system", "alert"], "Alerts"),
    (&["system", "alert_summary"], "Alerts"),
    (&["system", "tag"], "Tags"),
    (&["system", "management_server_resources"], "Resources of the management server"),
    (&["system", "symmetrix", "*", "alert"], "Alerts"),
    (&["system", "symmetrix", "*", "health"], "Health checks"),
    (&["system", "symmetrix", "*", "disk"], "Disks"),
    (&["system", "symmetrix", "*", "director"], "Directors"),
    (&["system", "symmetrix", "*", "audit_log_record"], "Audit logs"),
    (&["system", "symmetrix", "*", "refresh"], "Refreshing"),
    (&["system", "symmetrix", "*", "ip_interface"], "IP interfaces"),
    (&["system", "snmp"], "SNMP"),
    (&["system", "ldap"], "LDAP"),
    (&["system", "logging"], "Logging"),
    (&["system", "local_user"], "Users"),
    (&["system", "settings"], "Settings"),
    (&["mainframe", "symmetrix", "*", "srp"], "Storage resource pools"),
];

pub(super) fn no_job(id: &str) -> Failure {
    Failure::not_found(format!("Cannot find Job {id}"))
}

fn unknown(path: &[&str]) -> Failure {
    let known = NOT_SIMULATED.iter().find(|(segments, _)| {
        segments.len() <= path.len() && segments.iter().zip(path).all(|(known, given)| *known == "*" || known == given)
    });
    known.map_or_else(|| Failure::not_found("There is no such path"), |(_, what)| Failure::not_simulated(what))
}

impl Asked {
    /// Whoever changes something and says more than can be understood has not been understood.
    fn takes_no_query(&self) -> Answered<()> {
        if self.method == "GET" { Ok(()) } else { self.query.only(&[]) }
    }

    fn get(&self) -> Answered<()> {
        if self.method == "GET" { Ok(()) } else { Err(Failure::only("GET")) }
    }
}

impl Unisphere {
    /// Finds who answers.
    pub(super) async fn route(&self, asked: Asked) -> Answered {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["univmax", "restapi", rest @ ..] => self.rest(rest, &asked).await,
            ["univmax", "rest", "v1", "systems", serial, "volumes"] => {
                asked.get()?;
                self.owns(serial)?;
                let query = asked.query.clone();
                self.read(move |view| enhanced::volumes(view, &query).map(Answer::ok)).await
            }
            ["univmax", "rest", ..] => Err(Failure::not_simulated("This part of the enhanced interface")),
            _ => Err(Failure::not_found("There is no such path: expected one under /univmax/restapi or /univmax/rest/v1")),
        }
    }

    /// Everything under `/univmax/restapi`.
    async fn rest(&self, path: &[&str], asked: &Asked) -> Answered {
        match *path {
            ["version"] | ["system", "version"] => {
                asked.get()?;
                Ok(Answer::ok(system::version()))
            }
            ["common", "Iterator", id, "page"] => {
                asked.get()?;
                let page = self.iterators.page(id, &asked.query)?;
                let (from, to) = (page.from, page.to());
                let rows = self.read(move |view| Ok(rows(view, &page))).await?;
                Ok(Answer::ok(json!({ "result": rows, "from": from, "to": to })))
            }
            ["common", "Iterator", id] => {
                if asked.method != "DELETE" {
                    return Err(Failure::only("DELETE"));
                }
                self.iterators.forget(id).map(|()| Answer::gone())
            }
            ["private", version, ref rest @ ..] if API_VERSIONS.contains(&version) => self.private(rest, asked).await,
            // Some clients leave the version out of these.
            ["private", ref rest @ ..] => self.private(rest, asked).await,
            ["performance", ..] => Err(Failure::not_simulated("Performance")),
            [version, ref rest @ ..] if API_VERSIONS.contains(&version) => self.versioned(rest, asked).await,
            [version, ..] if version.bytes().all(|byte| byte.is_ascii_digit()) && !version.is_empty() => {
                let versions = API_VERSIONS.join(", ");
                Err(Failure::not_found(format!("Version {version} is not supported: expected one of {versions}")))
            }
            _ => Err(unknown(path)),
        }
    }

    /// Whether this is the array that is managed here.
    fn owns(&self, serial: &str) -> Answered<()> {
        if serial == self.face.array.as_str() {
            return Ok(());
        }
        Err(Failure::not_found(format!("Symmetrix {serial} is not managed here: expected {}", self.face.array)))
    }

    async fn versioned(&self, path: &[&str], asked: &Asked) -> Answered {
        match *path {
            ["system" | "sloprovisioning" | "mainframe", "symmetrix"] => {
                asked.get()?;
                Ok(Answer::ok(json!({ "symmetrixId": [self.face.array], "num_of_symmetrix_arrays": 1 })))
            }
            ["system", "version"] => {
                asked.get()?;
                Ok(Answer::ok(system::version()))
            }
            ["system", "job"] => self.jobs(asked).await,
            ["system", "job", id] => self.job(id, asked).await,
            ["replication", "capabilities", "symmetrix"] => {
                asked.get()?;
                self.know(|view| Ok(Answer::ok(system::capabilities(view)))).await
            }
            [area, "symmetrix", serial, ref rest @ ..] => {
                let known = unknown(path);
                if !rest.is_empty() && !matches!(area, "system" | "sloprovisioning" | "mainframe" | "replication") {
                    return Err(known);
                }
                self.owns(serial)?;
                self.of_array(area, rest, asked).await.unwrap_or(Err(known))
            }
            _ => Err(unknown(path)),
        }
    }

    /// Everything about the array; none where there is no such path.
    async fn of_array(&self, area: &str, path: &[&str], asked: &Asked) -> Option<Answered> {
        Some(match (area, path) {
            ("system", []) => self.show(asked, |view| Ok(system::array(view))).await,
            ("system", ["job"]) => self.jobs(asked).await,
            ("system", ["job", id]) => self.job(id, asked).await,
            ("sloprovisioning" | "mainframe", []) => self.show(asked, |view| Ok(system::provisioned(view))).await,
            ("sloprovisioning", ["volume"]) => self.listed(asked, Rows::Numbers).await,
            ("sloprovisioning", ["volume", number]) => self.volume(number, asked).await,
            ("sloprovisioning", ["storagegroup"]) => self.groups(asked).await,
            ("sloprovisioning", ["storagegroup", name]) => self.group(name, asked).await,
            ("sloprovisioning" | "mainframe", ["split", rest @ ..]) => return self.split(rest, asked).await,
            ("replication", ["storagegroup", source, "clone", rest @ ..]) => return self.clone(source, rest, asked).await,
            _ => return None,
        })
    }

    /// Shows something of the array.
    async fn show(&self, asked: &Asked, say: impl FnOnce(&View<'_>) -> Answered<serde_json::Value> + Send + 'static) -> Answered {
        asked.get()?;
        self.read(|view| say(view).map(Answer::ok)).await
    }

    async fn jobs(&self, asked: &Asked) -> Answered {
        asked.get()?;
        let serial = self.face.array;
        self.know(move |view| {
            let of_this = view.jobs.iter().filter(|job| job.array == serial);
            let ids: Vec<String> = of_this.map(|job| job.number.to_string()).collect();
            Ok(Answer::ok(json!({ "jobId": ids })))
        })
        .await
    }

    async fn job(&self, id: &str, asked: &Asked) -> Answered {
        asked.get()?;
        let (serial, wanted) = (self.face.array, id.to_owned());
        self.know(move |view| {
            let job = wanted.parse().ok().and_then(|number| view.jobs.get(number)).filter(|job| job.array == serial);
            job.map(|job| Answer::ok(system::job(job))).ok_or_else(|| no_job(&wanted))
        })
        .await
    }

    /// A list of volumes, a page at a time.
    async fn listed(&self, asked: &Asked, kind: Rows) -> Answered {
        asked.get()?;
        let query = asked.query.clone();
        let (found, now) = self.read(move |view| Ok((volumes::listed(view, &query)?, view.engine.now().0))).await?;
        let count = found.len();
        let (id, page) = self.iterators.enter(kind, found);
        let (shown, rows) = self.read(move |view| Ok((rows(view, &page), page))).await.map(|(rows, page)| (page, rows))?;
        Ok(Answer::ok(iterators::list(&id, count, now, &shown, &rows)))
    }

    async fn volume(&self, number: &str, asked: &Asked) -> Answered {
        asked.takes_no_query()?;
        let wanted = number.to_owned();
        let show = move |view: &View<'_>| {
            let (number, volume) = view.numbered(&wanted)?;
            Ok(Answer::ok(Row::new(view, number, volume).details()))
        };
        match asked.method.as_str() {
            "GET" => self.read(show).await,
            "PUT" => {
                let value = body::read(&asked.body)?;
                let body = Fields::of("the body", &value)?;
                let as_job = body.as_job()?;
                match groups::edit_volume(number, body)? {
                    VolumeEdit::Order(action) => self.change(action, as_job, show).await,
                    VolumeEdit::Free => self.read(show).await,
                }
            }
            "DELETE" => {
                let volume = body::device(number)?;
                self.change(Action::DeleteVolume { volume }, false, |_| Ok(Answer::gone())).await
            }
            _ => Err(Failure::only("GET, PUT, DELETE")),
        }
    }

    async fn groups(&self, asked: &Asked) -> Answered {
        asked.takes_no_query()?;
        match asked.method.as_str() {
            "GET" => {
                let query = asked.query.clone();
                self.read(move |view| groups::listed(view, &query).map(Answer::ok)).await
            }
            "POST" => {
                let value = body::read(&asked.body)?;
                let body = Fields::of("the body", &value)?;
                let (action, as_job) = (groups::create(body)?, body.as_job()?);
                let name = body.needed_text("storageGroupId")?.to_owned();
                self.change(action, as_job, move |view| groups::details(view, &name).map(Answer::ok)).await
            }
            _ => Err(Failure::only("GET, POST")),
        }
    }

    async fn group(&self, name: &str, asked: &Asked) -> Answered {
        asked.takes_no_query()?;
        let wanted = name.to_owned();
        match asked.method.as_str() {
            "GET" => self.read(move |view| groups::details(view, &wanted).map(Answer::ok)).await,
            "PUT" => {
                let value = body::read(&asked.body)?;
                let body = Fields::of("the body", &value)?;
                let (action, as_job) = (groups::edit(name, body)?, body.as_job()?);
                let shown = if let Action::RenameGroup { to, .. } = &action { to.clone() } else { wanted };
                self.change(action, as_job, move |view| groups::details(view, &shown).map(Answer::ok)).await
            }
            "DELETE" => self.change(Action::DeleteGroup { group: wanted }, false, |_| Ok(Answer::gone())).await,
            _ => Err(Failure::only("GET, PUT, DELETE")),
        }
    }

    /// Splits and CU images; none where there is no such path.
    async fn split(&self, path: &[&str], asked: &Asked) -> Option<Answered> {
        if let [name, ..] = path
            && let Err(failure) = mainframe::is_split(name)
        {
            return Some(Err(failure));
        }
        if let ([_, "cuimage"], "POST") | ([_, "cuimage", _], "PUT" | "DELETE") = (path, asked.method.as_str()) {
            return Some(Err(Failure::not_done("Making and changing CU images")));
        }
        let of = |path: &[&str]| path.iter().map(|segment| (*segment).to_owned()).collect::<Vec<String>>();
        let path_of = of(path);
        Some(match path {
            [] => self.show(asked, |_| Ok(mainframe::splits())).await,
            [_] => self.show(asked, |view| Ok(mainframe::split(view))).await,
            [_, "cuimage"] => self.show(asked, |view| Ok(mainframe::images(view))).await,
            [_, "cuimage", ..] => {
                let (ssid, rest) = path_of.get(2..).and_then(<[String]>::split_first)?;
                let (ssid, rest) = (ssid.clone(), rest.to_vec());
                match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                    [] | ["volume"] | ["volume", _] => {}
                    _ => return None,
                }
                self.show(asked, move |view| {
                    let image = mainframe::image_of(view, &ssid)?;
                    match rest.as_slice() {
                        [] => Ok(mainframe::image(view, image)),
                        [_] => Ok(mainframe::volumes(view, image)),
                        [_, number, ..] => mainframe::volume(view, image, number),
                    }
                })
                .await
            }
            _ => return None,
        })
    }

    /// Clone sessions of a storage group; none where there is no such path.
    async fn clone(&self, source: &str, path: &[&str], asked: &Asked) -> Option<Answered> {
        let source = source.to_owned();
        Some(match path {
            ["volume"] => self.show(asked, move |view| clones::pairs(view, &source)).await,
            ["storagegroup"] => self.sessions(source, asked).await,
            ["storagegroup", target] => self.session(Groups { source, target: (*target).to_owned() }, asked).await,
            _ => return None,
        })
    }

    async fn sessions(&self, source: String, asked: &Asked) -> Answered {
        let query = asked.query.clone();
        match asked.method.as_str() {
            "GET" => self.read(move |view| clones::targets(view, &source, &query).map(Answer::ok)).await,
            "POST" => {
                asked.takes_no_query()?;
                let value = body::read(&asked.body)?;
                let body = Fields::of("the body", &value)?;
                let (action, as_job) = (clones::create(&source, body)?, body.as_job()?);
                let target = body.needed_text("target_storage_group_name")?.to_owned();
                let groups = Groups { source, target };
                self.change(action, as_job, move |view| clones::details(view, &groups).map(Answer::created)).await
            }
            "DELETE" => self.change(clones::terminate(&source, &query)?, false, |_| Ok(Answer::gone())).await,
            _ => Err(Failure::only("GET, POST, DELETE")),
        }
    }

    async fn session(&self, groups: Groups, asked: &Asked) -> Answered {
        asked.takes_no_query()?;
        match asked.method.as_str() {
            "GET" => self.read(move |view| clones::details(view, &groups).map(Answer::ok)).await,
            "PUT" => {
                let value = body::read(&asked.body)?;
                let body = Fields::of("the body", &value)?;
                let (action, as_job) = (clones::act(groups.clone(), body)?, body.as_job()?);
                self.change(action, as_job, move |view| clones::details(view, &groups).map(Answer::ok)).await
            }
            _ => Err(Failure::only("GET, PUT")),
        }
    }

    /// What management servers ask for among themselves: read only.
    async fn private(&self, path: &[&str], asked: &Asked) -> Answered {
        let [area @ ("sloprovisioning" | "replication"), "symmetrix", serial, rest @ ..] = path else {
            return Err(Failure::not_simulated("This part of the private interface"));
        };
        self.owns(serial)?;
        match (*area, rest) {
            (_, ["volume"]) => self.listed(asked, Rows::Private).await,
            (_, ["volume", number]) => {
                let wanted = (*number).to_owned();
                self.show(asked, move |view| {
                    let (number, volume) = view.numbered(&wanted)?;
                    Ok(private::details(&Row::new(view, number, volume)))
                })
                .await
            }
            ("replication", ["clone", "volume"]) => Err(Failure::not_done("Cloning volumes without storage groups")),
            (_, ["volume", _, "snapshot", ..]) => Err(Failure::not_simulated("SnapVX")),
            _ => Err(Failure::not_simulated("This part of the private interface")),
        }
    }
}

/// The rows of a page, as they are now.
fn rows(view: &View<'_>, page: &Page) -> Vec<serde_json::Value> {
    let row = |number| match page.rows {
        Rows::Numbers => Some(json!({ "volumeId": text(number) })),
        Rows::Private => {
            let volume = view.page.volume(number).and_then(|id| view.volume(id))?;
            Some(private::details(&Row::new(view, number, volume)))
        }
    };
    page.volumes.iter().filter_map(|&number| row(number)).collect()
}
