//! The server's own counters.

use crate::common::Outcome;
use crate::common::api::Requests;
use crate::common::http::Connection;

/// Store operations of the server so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    pub queries: f64,
    pub writes: f64,
}

impl Counters {
    /// Reads them from `/metrics`.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn read(connection: &mut Connection, requests: &Requests) -> Outcome<Self> {
        let reply = connection.send(&requests.get("/metrics", "")).await?;
        Ok(Self::of(&reply.text()))
    }

    fn of(text: &str) -> Self {
        let sum = |name: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix(name));
            let values = lines.filter(|rest| rest.starts_with([' ', '{']));
            let values = values.filter_map(|rest| rest.rsplit(' ').next()?.parse::<f64>().ok());
            values.sum()
        };
        Self {
            queries: sum("cabana_store_queries_total"),
            writes: sum("cabana_store_writes_total"),
        }
    }

    /// Sum of both.
    pub fn and(self, other: Self) -> Self {
        Self {
            queries: self.queries + other.queries,
            writes: self.writes + other.writes,
        }
    }

    /// Increase since `earlier`.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            queries: self.queries - earlier.queries,
            writes: self.writes - earlier.writes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_summed_over_their_labels() {
        let text = "# TYPE cabana_store_queries_total counter\ncabana_store_queries_total 5\n\
                    cabana_store_writes_total{a=\"b c\"} 2\ncabana_store_writes_total{a=\"d\"} 3\n\
                    cabana_store_writes_totally 9\n";
        let counters = Counters::of(text);
        assert_eq!((counters.queries, counters.writes), (5.0, 5.0));
    }
}
