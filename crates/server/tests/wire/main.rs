//! The server as clients meet it: real sockets, an engine over a store in memory, and clocks that stand still.

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod huawei;
#[cfg(test)]
mod keystone;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod query;
#[cfg(test)]
mod query_authentication;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod tls;
