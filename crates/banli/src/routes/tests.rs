use super::*;

#[test]
fn what_is_open_to_everybody_is_named_here() {
    let open: Vec<String> = ROUTES
        .iter()
        .filter(|route| route.need == Need::Nothing)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    expect_test::expect![[r#"
        GET /
        GET /precheck
        GET /precheck/{id}
        GET /calculator
        GET /notices
        GET /status
        POST /status
        GET /witness
        POST /witness
        GET /providers
        GET /providers/{id}
        GET /law
        GET /law/articles/{*id}
        GET /law/rules
        GET /law/rules/{id}
        GET /law/changes
        GET /law/proofs
        GET /law/settings
        GET /law/calendar/{year}
        GET /gallery
        POST /theme
        GET /sign-in
        POST /sign-in
        POST /sign-out"#]]
    .assert_eq(&open.join("\n"));
}
