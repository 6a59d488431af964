//! `Encrypt` with a key that has a thousand grants, and with a line in the log for each request.

use std::sync::Arc;

use crate::Outcome;
use crate::keys::{CONTEXT, GRANTS, PLAINTEXT, base64};
use crate::light::{Light, Picked};
use crate::load::Calls;
use crate::measure::{Bench, Subject};
use crate::samples::count;
use crate::trent::{LogLevel, Settings, Trent};
use crate::wire::Call;
use crate::world::{Template, World};

const PART: &str = "grants";
const BUSY: usize = 16;

pub(crate) async fn run(bench: &mut Bench, world: &World, template: &Template) -> Outcome<()> {
    let start = world.trent.started_in.as_secs_f64();
    bench.report.fact(
        PART,
        format!("start with {GRANTS} grants on one key, to the first signed answer"),
        start,
        "s",
    );
    let (key_id, plaintext, (name, value)) = (&world.granted, base64(&PLAINTEXT), CONTEXT);
    let context = format!(r#""EncryptionContext":{{"{name}":"{value}"}}"#);
    let call = Call::new("Encrypt", format!(r#"{{"KeyId":"{key_id}","Plaintext":"{plaintext}",{context}}}"#));
    let work = Arc::new(Calls(move |_| call.clone()));
    for (who, subject) in [("a policy", world.subject()), ("one of them", world.for_guest())] {
        let what = format!("Encrypt, {GRANTS} grants on the key, allowed by {who}");
        bench.against_ceiling((PART, what), subject, BUSY, &work).await?;
    }
    let memory = count(world.trent.process.resident()? / 1024) / 1024.0;
    bench.report.fact(PART, format!("resident memory with {GRANTS} grants on one key, used"), memory, "MiB");
    logging(bench, template).await
}

/// The default of the server is to log each request: what that costs.
async fn logging(bench: &mut Bench, template: &Template) -> Outcome<()> {
    let data = template.copy("logging")?;
    let engine = data.engine(Arc::new(kms::SystemClock)).await?;
    let keys = Picked::uniform(&Arc::new(crate::keys::make(&engine, 1).await?));
    engine.write_back(&data).await?;
    let who = &template.people.application;
    let work = Arc::new(Calls(move |turn| Light::Encrypt.call(&keys, turn)));
    for (what, log) in [("silent", LogLevel::Warnings), ("a line for each request", LogLevel::Requests)] {
        let settings = Settings { log, ..Settings::default() };
        let trent = Trent::start(&bench.trent, &data, settings, who).await?;
        let (process, target) = (&trent.process, &trent.target(who)?);
        let name = (PART, format!("Encrypt, the log {what}"));
        bench.against_ceiling(name, Subject { process, target }, BUSY, &work).await?;
        trent.process.stop()?;
    }
    Ok(())
}
