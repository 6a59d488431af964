//! The engine as a whole, without a front: in memory, with a clock that the tests move.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod authorization;
#[cfg(test)]
mod aws_managed;
#[cfg(test)]
mod custom_key_stores;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod dry_run;
#[cfg(test)]
mod encapsulation;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod huawei;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_into_replicas;
#[cfg(test)]
mod life;
#[cfg(test)]
mod multi_region;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod recipient;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod states;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod tags;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod world;
