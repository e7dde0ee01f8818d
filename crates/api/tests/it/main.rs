//! The API over the wire: one binary, one module per room.

mod clients;
mod domains;
mod every_operation;
mod pools;
mod resource_servers;
mod signatures;
mod tags;
