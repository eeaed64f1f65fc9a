//! What is answered to what: a table of requests.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::lab::{Lab, PASSWORD, USER, basic, run};

/// A request, its status, and parts of the answer.
type Row<'a> = (&'a str, u16, &'a [(&'a str, Value)]);

/// Asks, and looks for these parts of the answer: a path of keys into the body, and what is to stand there.
#[track_caller]
fn check(lab: &Lab, rows: &[Row<'_>]) -> impl Future<Output = ()> {
    let rows: Vec<_> = rows.iter().map(|(asked, status, parts)| ((*asked).to_owned(), *status, parts.to_vec())).collect();
    async move {
        for (asked, status, parts) in rows {
            let (found, body) = lab.ask(&asked, Value::Null).await;
            assert_eq!(found, status, "{asked}: {body}");
            for (place, expected) in parts {
                let part = body.pointer(place).unwrap_or(&Value::Null);
                assert_eq!(*part, expected, "{asked} {place}: {body}");
            }
        }
    }
}

#[test]
fn nobody_is_let_in_without_user_and_password() {
    run(async {
        let lab = Lab::by_hand();
        let wrong = [
            None,
            Some(basic(USER, "wrong")),
            Some(basic("nobody", PASSWORD)),
            Some("Basic !!!".to_owned()),
            Some("Bearer x".to_owned()),
            Some(basic(USER, PASSWORD).replace("Basic ", "Basic")),
        ];
        for header in wrong {
            let mut request = Request::builder().uri("/univmax/restapi/version");
            if let Some(header) = &header {
                request = request.header("authorization", header);
            }
            let (status, body) = lab.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!((status, body["message"].is_string()), (401, true), "{header:?}");
        }
        let request = Request::builder()
            .uri("/univmax/restapi/version")
            .header("authorization", basic(USER, PASSWORD).replace("Basic", "bAsIc"));
        assert_eq!(lab.send(request.body(Body::empty()).unwrap()).await.0, 200);
    });
}

#[test]
fn the_management_server_says_what_it_is_and_what_it_manages() {
    run(async {
        let lab = Lab::by_hand();
        check(
            &lab,
            &[
                ("GET /version", 200, &[("/version", json!("V10.4.0.1")), ("/api_version", json!("104"))]),
                ("GET /104/system/symmetrix", 200, &[("/symmetrixId", json!(["000197800001"]))]),
                ("GET /90/sloprovisioning/symmetrix", 200, &[("/symmetrixId", json!(["000197800001"]))]),
                (
                    "GET /104/system/symmetrix/{array}",
                    200,
                    &[
                        ("/symmetrixId", json!("000197800001")),
                        ("/ucode", json!("5978.711.711")),
                        ("/ucode_registered_build", json!("711")),
                        ("/microcode", Value::Null),
                        ("/device_count", json!(20)),
                    ],
                ),
                ("GET /104/sloprovisioning/symmetrix/{array}", 200, &[("/targetMicrocode", json!("5978.711.711"))]),
                ("GET /104/system/symmetrix/000197800002", 404, &[]),
                ("GET /105/system/symmetrix", 404, &[]),
                ("GET /104/replication/capabilities/symmetrix", 200, &[("/symmetrixCapability/0/snapVxCapable", json!(false))]),
                ("POST /version", 405, &[]),
                ("DELETE /104/system/symmetrix/{array}", 405, &[]),
            ],
        )
        .await;
    });
}

#[test]
fn an_array_of_the_present_family_calls_its_code_level_microcode() {
    run(async {
        let site = super::lab::SITE.replace("5978.711.711", "6079.225.0");
        let lab = Lab::open(&site, dasdlab_servers::pace::Pace::Hand);
        check(
            &lab,
            &[(
                "GET /104/system/symmetrix/{array}",
                200,
                &[("/microcode", json!("6079.225.0")), ("/microcode_registered_build", json!("0")), ("/ucode", Value::Null)],
            )],
        )
        .await;
    });
}

#[test]
fn what_is_known_and_not_simulated_says_so_and_what_is_unknown_is_not_there() {
    run(async {
        let lab = Lab::by_hand();
        let known = [
            "/104/migration/symmetrix",
            "/performance/Array/keys",
            "/104/wlp/symmetrix",
            "/104/replication/symmetrix/{array}/rdf_group",
            "/104/replication/metrodr/environment",
            "/104/replication/symmetrix/{array}/snapshot_policy",
            "/104/replication/symmetrix/{array}/storagegroup/IMSP/snapshot/S1",
            "/104/sloprovisioning/symmetrix/{array}/host",
            "/104/sloprovisioning/symmetrix/{array}/maskingview/M1",
            "/104/system/alert",
            "/private/104/replication/symmetrix/{array}/volume/00100/snapshot",
            "/univmax/rest/v1/systems/hosts/metadata",
        ];
        for path in known {
            let (status, body) = lab.ask(&format!("GET {path}"), Value::Null).await;
            let said = body["message"].as_str().unwrap_or_default().contains("known and not simulated");
            assert_eq!((status, said), (404, true), "{path}: {body}");
        }
        for path in
            ["/104/nonsense", "/nonsense", "/univmax", "/104", "/104/sloprovisioning/symmetrix/{array}/volume/00100/nonsense"]
        {
            let (status, body) = lab.ask(&format!("GET {path}"), Value::Null).await;
            let said = body["message"].as_str().unwrap_or_default().contains("known and not simulated");
            assert_eq!((status, said), (404, false), "{path}: {body}");
        }
    });
}

#[test]
fn a_volume_is_what_the_site_declares() {
    run(async {
        let lab = Lab::by_hand();
        check(
            &lab,
            &[
                (
                    "GET /104/sloprovisioning/symmetrix/{array}/volume/00100",
                    200,
                    &[
                        ("/volumeId", json!("00100")),
                        ("/type", json!("TDEV")),
                        ("/emulation", json!("CKD-3390")),
                        ("/cap_cyl", json!(1_113)),
                        ("/cap_mb", json!(902.18)),
                        ("/ssid", json!("2100")),
                        ("/cu_image_base_address", json!("00")),
                        ("/status", json!("Ready")),
                        ("/reserved", json!(false)),
                        ("/storageGroupId", json!(["IMSP"])),
                        ("/num_of_front_end_paths", json!(2)),
                        ("/wwn", json!("60000970000197800001533030313030")),
                    ],
                ),
                (
                    "GET /104/sloprovisioning/symmetrix/{array}/volume/300",
                    200,
                    &[("/reserved", json!(true)), ("/storageGroupId", json!([]))],
                ),
                ("GET /104/sloprovisioning/symmetrix/{array}/volume/F1061", 200, &[("/emulation", json!("CKD-3380"))]),
                (
                    "GET /104/sloprovisioning/symmetrix/{array}/volume/00400",
                    200,
                    &[("/type", json!("BCV+TDEV")), ("/ssid", json!("2200"))],
                ),
                ("GET /104/sloprovisioning/symmetrix/{array}/volume/00999", 404, &[]),
                ("GET /104/sloprovisioning/symmetrix/{array}/volume/nonsense", 400, &[]),
                ("PATCH /104/sloprovisioning/symmetrix/{array}/volume/00100", 405, &[]),
            ],
        )
        .await;
    });
}

#[test]
fn a_list_is_filtered_by_everything_that_is_documented() {
    run(async {
        let lab = Lab::by_hand();
        let counts = [
            ("", 20),
            ("storageGroupId=IMSP", 4),
            ("storageGroupId=%3Clike%3Ebcv", 9),
            ("storageGroupId=IMSP&storageGroupId=SPARES", 8),
            ("emulation=CKD-3380", 2),
            ("split_name=SPLIT_1", 20),
            ("cu_image_num=0x20", 9),
            ("cu_image_ssid=2100", 11),
            ("cu_image_ssid=0x2100&emulation=CKD-3390", 9),
            ("type=BCV%2BTDEV", 9),
            ("status=Ready", 20),
            ("status=Not+Ready", 0),
            ("volume_identifier=x", 0),
            ("physical_name=x", 0),
            ("wwn=60000970000197800001533030313030", 1),
            ("effective_wwn=%3Clike%3E30303130", 4),
            ("nguid=x", 0),
            ("rdf_group_number=1", 0),
            ("cap_cyl=500", 1),
            ("cap_cyl=%3E1113", 2),
            ("cap_gb=%3C0.5", 1),
            ("cap_mb=902.18", 17),
            ("cap_tb=%3E1", 0),
            ("allocated_percent=100", 20),
            ("num_of_storage_groups=0", 3),
            ("num_of_masking_views=%3E0", 0),
            ("num_of_front_end_paths=2", 4),
            ("unreducible_data_gb=0", 20),
            ("tdev=True", 20),
            ("thin_bcv=True", 9),
            ("thin_bcv=False&reserved=True", 1),
            ("vdev=false&gatekeeper=false&data_volume=false&dld=false&drv=false", 20),
            ("mapped=true&bound_tdev=true&pinned=false&encapsulated=false", 20),
            ("associated=false", 3),
            ("available_thin_volumes=true", 0),
            ("virtual_volumes=true&private_volumes=false", 20),
            ("has_effective_wwn=false&mobility_id_enabled=False", 20),
        ];
        for (query, expected) in counts {
            let (status, body) =
                lab.ask(&format!("GET /104/sloprovisioning/symmetrix/{{array}}/volume?{query}"), Value::Null).await;
            assert_eq!((status, &body["count"]), (200, &json!(expected)), "{query}: {body}");
            assert_eq!(body["resultList"]["result"].as_array().map(Vec::len), Some(expected), "{query}");
        }
        for query in ["nonsense=1", "thin_bcv=perhaps", "cap_cyl=x", "cap_gb=%3E", "storageGroupID=IMSP"] {
            let (status, body) =
                lab.ask(&format!("GET /104/sloprovisioning/symmetrix/{{array}}/volume?{query}"), Value::Null).await;
            assert_eq!((status, body["message"].is_string()), (400, true), "{query}");
        }
    });
}

#[test]
fn a_list_longer_than_a_page_is_read_page_by_page() {
    run(async {
        let volumes =
            "\n  { array = \"000197800001\", lss = \"30\", ua = \"00\", count = 1200, model = \"3390-1\" },\n]\naliases";
        let site = super::lab::SITE
            .replace("\n]\naliases", volumes)
            .replace("lss = [{ id = \"10\"", "lss = [{ id = \"30\", count = 5, cu_ssid = \"3000\" }, { id = \"10\"");
        let lab = Lab::open(&site, dasdlab_servers::pace::Pace::Hand);
        let (_, first) = lab.ask("GET /104/sloprovisioning/symmetrix/{array}/volume", Value::Null).await;
        assert_eq!(
            (&first["count"], &first["maxPageSize"], &first["resultList"]["to"]),
            (&json!(1_220), &json!(1_000), &json!(1_000))
        );
        let id = first["id"].as_str().unwrap();
        let (status, page) = lab.ask(&format!("GET /common/Iterator/{id}/page?from=1001&to=1220"), Value::Null).await;
        assert_eq!((status, page["result"].as_array().map(Vec::len), &page["from"]), (200, Some(220), &json!(1_001)));
        assert_eq!(lab.ask(&format!("GET /common/Iterator/{id}/page?from=1001&to=1221"), Value::Null).await.0, 400);
        assert_eq!(lab.ask(&format!("DELETE /common/Iterator/{id}"), Value::Null).await.0, 204);
        assert_eq!(lab.ask(&format!("GET /common/Iterator/{id}/page?from=1&to=2"), Value::Null).await.0, 404);
    });
}

#[test]
fn a_logical_subsystem_is_a_cu_image_of_the_split() {
    run(async {
        let lab = Lab::by_hand();
        for area in ["mainframe", "sloprovisioning"] {
            let path = |rest: &str| format!("GET /104/{area}/symmetrix/{{array}}/split{rest}");
            check(
                &lab,
                &[
                    (&path(""), 200, &[("/splitId", json!(["SPLIT_1"]))]),
                    (
                        &path("/SPLIT_1"),
                        200,
                        &[("/alphaSerialNum", json!("00001")), ("/hyperPAVState", json!("Enabled")), ("/numCUImages", json!(2))],
                    ),
                    (&path("/SPLIT_1/cuimage"), 200, &[("/cuImageSSID", json!(["0x2100", "0x2200"]))]),
                    (
                        &path("/SPLIT_1/cuimage/0x2100"),
                        200,
                        &[
                            ("/imageNumber", json!("0x10")),
                            ("/numMappedVolumes", json!(11)),
                            ("/numStorageGroups", json!(2)),
                            ("/numAliases", json!(16)),
                            ("/startAliasAddress", json!("0xF0")),
                            ("/endAliasAddress", json!("0xFF")),
                            ("/numAvailableBaseAddresses", json!(229)),
                            ("/nextAvailableBaseAddress", json!("0x04")),
                        ],
                    ),
                    (
                        &path("/SPLIT_1/cuimage/2200/volume"),
                        200,
                        &[("/volumeId/0", json!("00400")), ("/volumeId/8", json!("00600"))],
                    ),
                    (&path("/SPLIT_1/cuimage/2200/volume/00401"), 200, &[("/cu_image_base_address", json!("81"))]),
                    (&path("/SPLIT_1/cuimage/2200/volume/00100"), 404, &[]),
                    (&path("/SPLIT_1/cuimage/0x9999"), 404, &[]),
                    (&path("/SPLIT_2"), 404, &[]),
                ],
            )
            .await;
        }
        assert_eq!(lab.ask("POST /104/mainframe/symmetrix/{array}/split/SPLIT_1/cuimage", json!({})).await.0, 501);
    });
}

#[test]
fn the_newer_way_of_asking_selects_attributes() {
    run(async {
        let lab = Lab::by_hand();
        let path = "GET /univmax/rest/v1/systems/{array}/volumes";
        check(
            &lab,
            &[
                (&format!("{path}?select=&filter=cap_cyl%20lt%20600"), 200, &[("/volumes", json!([{ "id": "00300" }]))]),
                (
                    &format!("{path}?select=ssid,status,ssid&filter=id%20eq%2000600,emulation%20ilike%20ckd"),
                    200,
                    &[("/volumes", json!([{ "id": "00600", "ssid": "2200", "status": "Ready" }]))],
                ),
                (
                    &format!("{path}?filter=num_of_storage_groups%20eq%200"),
                    200,
                    &[("/volumes/2/id", json!("F1061")), ("/volumes/3", Value::Null)],
                ),
                (&format!("{path}?select=nonsense"), 400, &[]),
                (&format!("{path}?filter=id%20is%205"), 400, &[]),
                (&format!("{path}?filter=nonsense%20eq%205"), 400, &[]),
                (&format!("{path}?what=5"), 400, &[]),
            ],
        )
        .await;
    });
}
