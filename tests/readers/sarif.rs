//! The SARIF report as JSON.

use serde_json::Value;

pub(crate) fn log(report: &str) -> Value {
    serde_json::from_str(report).expect("JSON")
}

pub(crate) fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().expect("results")
}
