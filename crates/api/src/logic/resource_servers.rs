//! Resource servers: conversion of their scopes from requests and to replies.

use cabana_domain::resource_server::{ResourceServer, Scope};
use cabana_model::{ResourceServerScopeType, ResourceServerType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// The requested scopes.
///
/// # Errors
/// If a name occurs twice.
pub fn scopes(wanted: Option<Vec<ResourceServerScopeType>>) -> Result<Vec<Scope>, Fault> {
    let mut scopes: Vec<Scope> = Vec::new();
    for it in wanted.unwrap_or_default() {
        if scopes.iter().any(|other| other.name == it.scope_name) {
            return Err(faults::scope_repeats(&it.scope_name));
        }
        scopes.push(Scope {
            name: it.scope_name,
            description: it.scope_description,
        });
    }
    Ok(scopes)
}

/// Finds a resource server of a pool.
///
/// # Errors
/// If there is no such pool, or no such server in it.
pub async fn find(cx: &Cx<'_>, pool: &str, identifier: &str) -> Result<ResourceServer, Fault> {
    let pool = cx.pool(pool).await?;
    let found = cx.store().resource_server(&pool.id, identifier).await?;
    found.ok_or_else(|| faults::no_such_resource_server(identifier))
}

/// A resource server in replies.
pub fn describe(server: ResourceServer) -> ResourceServerType {
    let scope = |it: Scope| ResourceServerScopeType {
        scope_name: it.name,
        scope_description: it.description,
    };
    ResourceServerType {
        user_pool_id: Some(server.pool.to_string()),
        identifier: Some(server.identifier),
        name: Some(server.name),
        scopes: Some(server.scopes.into_iter().map(scope).collect()),
        managed_by: None,
    }
}
