//! What `import` prints, and with which exit status; `tests/import` has what becomes of documents.

use serde_json::Value;

use crate::{RAW_SERVICE, RAW_TASK_DEFINITION, SERVICE, folder, run, run_with, text};

#[test]
fn what_is_imported_can_be_rendered() {
    let files = folder(&[("taskdef.json", RAW_TASK_DEFINITION), ("service.json", RAW_SERVICE)]);
    let imported = run(&["import", "-f", text(files.path()), "-n", "shop"]);
    assert_eq!((imported.status, imported.objects()), (Some(0), vec!["ECSTaskDefinition/web-api".into(), "ECSService/web-api".into()]), "{}", imported.stderr);
    let (raw, again) = (run(&["render", "-f", text(files.path()), "-n", "shop"]), run_with(&["render", "-f", "-"], &imported.stdout));
    assert_eq!((raw.status, raw.stdout), (again.status, again.stdout), "{}", again.stderr);
}

#[test]
fn a_namespace_is_written_only_where_one_is_given() {
    let items = |arguments: &[&str]| {
        let run = run_with(&[&["import", "-f", "-", "-o", "json"], arguments].concat(), RAW_SERVICE);
        serde_json::from_str::<Value>(&run.stdout).expect("JSON")["items"].clone()
    };
    assert_eq!(items(&[])[0]["metadata"], serde_json::json!({ "name": "web-api" }));
    assert_eq!(items(&["-n", "shop"])[0]["metadata"], serde_json::json!({ "name": "web-api", "namespace": "shop" }));
}

#[test]
fn what_is_refused_is_left_out_and_the_rest_is_imported() {
    let input = format!("[{RAW_SERVICE}, {}]", RAW_TASK_DEFINITION.replace("image", "imgae"));
    let imported = run_with(&["import", "-f", "-", "--diagnostics", "json"], &input);
    assert_eq!((imported.status, imported.objects()), (Some(1), vec!["ECSService/web-api".into()]));
    assert!(imported.diagnostics().contains(&"unknown-member".into()), "{}", imported.stderr);
    assert_eq!(run_with(&["import", "-f", "-"], "a: [").status, Some(2));
}

#[test]
fn members_come_in_the_order_of_the_api() {
    let reversed = SERVICE.replace("  taskDefinition: web\n  desiredCount: 2\n", "  desiredCount: 2\n  placementStrategy: []\n  taskDefinition: web\n");
    let imported = run_with(&["import", "-f", "-"], &reversed);
    assert!(imported.stdout.ends_with("spec:\n  taskDefinition: web\n  desiredCount: 2\n"), "{}", imported.stdout);
}
