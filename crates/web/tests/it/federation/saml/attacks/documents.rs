//! XML that two readers could read in two ways, or that none should read at all.

use super::{Hall, Scene, attack, forbidden};

#[tokio::test]
async fn a_comment_in_a_name_does_not_cut_it() {
    let hall = Hall::open().await;
    // Canonicalization leaves comments out: the signature stays right.
    for (within, what) in [
        ("Ann<!-- -->-1", "a comment"),
        ("Ann<![CDATA[-1]]>", "a CDATA section"),
        ("Ann<?x y?>-1", "a processing instruction"),
    ] {
        attack(&hall, &forbidden(what), |it| {
            it.right.replace("Ann-1", within)
        })
        .await;
    }
}

#[tokio::test]
async fn document_types_and_entities_are_not_read() {
    let hall = Hall::open().await;
    let why = forbidden("a document type");
    attack(&hall, &why, |it| {
        let before = r#"<!DOCTYPE r [<!ENTITY who "Ann-1">]>"#;
        format!("{before}{}", it.right).replace(">Ann-1<", ">&who;<")
    })
    .await;
    attack(&hall, &why, |it| {
        let before = r#"<!DOCTYPE r SYSTEM "http://169.254.169.254/latest">"#;
        format!("{before}{}", it.right)
    })
    .await;
    // A thousand million laughs.
    attack(&hall, &why, |it| {
        let mut entities = r#"<!ENTITY l0 "lol">"#.to_owned();
        for n in 1..10 {
            let ten = format!("&l{};", n - 1).repeat(10);
            entities.push_str(&format!(r#"<!ENTITY l{n} "{ten}">"#));
        }
        let whole = format!("<!DOCTYPE r [{entities}]>{}", it.right);
        whole.replace(">Ann-1<", ">&l9;<")
    })
    .await;
    let why = "SAML Response is not well-formed XML";
    attack(&hall, why, |it| it.right.replace(">Ann-1<", ">&who;<")).await;
    attack(&hall, why, |it| it.with_first("<!doctype x>")).await;
}

fn extended(it: &Scene<'_>, bomb: &str) -> String {
    it.with_first(&format!("<samlp:Extensions>{bomb}</samlp:Extensions>"))
}

#[tokio::test]
async fn bombs_do_not_go_off() {
    let hall = Hall::open().await;
    attack(&hall, "SAML Response is not well-formed XML", |it| {
        let (open, close) = ("<a>".repeat(3_000), "</a>".repeat(3_000));
        extended(it, &format!("{open}{close}"))
    })
    .await;
    let why = forbidden("an element with that many attributes");
    attack(&hall, &why, |it| {
        let all: String = (0..5_000).map(|n| format!(" a{n}=''")).collect();
        extended(it, &format!("<a{all}/>"))
    })
    .await;
    attack(&hall, &why, |it| {
        let all: String = (0..3_000).map(|n| format!(" xmlns:a{n}='b'")).collect();
        extended(it, &format!("<a{all}/>"))
    })
    .await;
    attack(&hall, &forbidden("that many elements"), |it| {
        extended(it, &"<a/>".repeat(15_000))
    })
    .await;
    attack(&hall, "SAML Response is too large", |it| {
        extended(it, &" ".repeat(100_000))
    })
    .await;
}

#[tokio::test]
async fn an_id_names_one_element() {
    let hall = Hall::open().await;
    let marked = |it: &Scene<'_>, name: &str| {
        let marked = format!(r#"<samlp:Status {name}="{}">"#, it.claims.id);
        it.right.replace("<samlp:Status>", &marked)
    };
    let why = forbidden("an ID twice");
    attack(&hall, &why, |it| {
        it.right.replace("_response-1", &it.claims.id)
    })
    .await;
    // Names of attributes that some take for IDs.
    for name in ["ID", "Id", "id", "AssertionID", "samlp:ID"] {
        attack(&hall, &why, |it| marked(it, name)).await;
    }
    let why = forbidden("an attribute such as xml:base or xml:id");
    for name in ["xml:id", "xml:base"] {
        attack(&hall, &why, |it| marked(it, name)).await;
    }
}

/// Canonicalization does not show that a prefix was declared away: signatures stay right, and what has it is not read.
#[tokio::test]
async fn nothing_that_was_signed_is_taken_out_of_its_namespace() {
    let hall = Hall::open().await;
    let why = forbidden("a prefix without a namespace");
    for element in ["AttributeStatement", "Attribute Name", "AuthnStatement"] {
        attack(&hall, &why, |it| {
            let (name, rest) = element.split_once(' ').unwrap_or((element, ""));
            let hidden = format!(r#"<saml:{name} xmlns:saml="" {rest}"#);
            it.right.replace(&format!("<saml:{element}"), &hidden)
        })
        .await;
    }
}
