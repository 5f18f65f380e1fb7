//! The contract: checked in, and true.

use std::path::Path;

use serde_json::Value;

fn document() -> Value {
    serde_json::from_str(&lingjian_http::openapi().unwrap()).unwrap()
}

/// Method, path and operation of every endpoint.
pub(crate) fn operations() -> Vec<(String, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().iter();
        methods
            .map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// `UPDATE_OPENAPI=1 cargo nextest run -E 'test(the_contract_is_checked_in)'` writes it anew.
#[test]
fn the_contract_is_checked_in() {
    let file = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../../docs/openapi.json");
    let now = lingjian_http::openapi().unwrap();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let checked_in = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        checked_in == now,
        "docs/openapi.json is not the API's: run this test with UPDATE_OPENAPI=1 and look at the change"
    );
}

#[test]
fn every_endpoint_declares_its_permission_and_its_errors() {
    let known: Vec<&str> = lingjian_model::Permission::ALL.iter().map(|one| one.name()).collect();
    let operations = operations();
    assert!(operations.len() > 25, "{}", operations.len());
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, operation) in operations {
        let permission = operation["x-permission"].as_str();
        let permission = permission.unwrap_or_else(|| panic!("{method} {path} declares no permission"));
        assert!(
            known.contains(&permission) || ["anybody", "signed in"].contains(&permission),
            "{method} {path}: {permission}"
        );
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty(), "{method} {path} says what it does");
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(!id.is_empty() && ids.insert(id.clone()), "{method} {path}: another is called {id:?}");
        if permission != "anybody" {
            assert!(operation["responses"]["401"].is_object(), "{method} {path} tells of 401");
        }
        if known.contains(&permission) {
            assert!(operation["responses"]["403"].is_object(), "{method} {path} tells of 403");
        }
        if path.contains('{') {
            assert!(operation["responses"]["404"].is_object(), "{method} {path} tells of 404");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let description = parameter["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{method} {path} describes {}", parameter["name"]);
        }
        // Errors are problems; HEAD answers nothing but headers, a range beyond the end none but its length.
        for (status, response) in operation["responses"].as_object().unwrap() {
            let failed = status.starts_with('4') && status != "416" && method != "HEAD";
            let problem = response["content"].as_object().is_some_and(|content| {
                content.values().any(|kind| kind["schema"]["$ref"] == "#/components/schemas/Problem")
                    && content.contains_key("application/problem+json")
            });
            assert!(!failed || problem, "{method} {path} answers {status} with a problem");
        }
    }
}

/// Shapes go by their names alone: of two that are called the same, one would stand for both.
#[test]
fn no_two_shapes_have_one_name() {
    let mut names = std::collections::BTreeSet::new();
    let source = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("src");
    for folder in [source.clone(), source.join("api")] {
        for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            for shape in text.split("ToSchema)]").skip(1) {
                let head = shape.lines().find(|line| line.starts_with("pub(crate) ")).unwrap_or_default();
                let name = head.split([' ', '<']).nth(2).unwrap_or_default().to_owned();
                assert!(names.insert(name.clone()), "{} has another {name}", file.display());
            }
        }
    }
    assert!(names.len() > 60, "{}", names.len());
}
