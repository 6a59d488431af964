//! `trent import`: the whole import ceremony in one command, against this server or AWS KMS.
//!
//! What must hold: nothing is asked of the service before the material was read and understood; a key that was created
//! is never left behind without a word; success is reported only after the key was looked at again.

mod advice;
mod arguments;
mod connect;
mod lifetime;
mod report;
mod resume;
mod target;

use client::Client;
use client::ceremony::{self, Confirmation, Imported, Order, Plan};
use crypto::{Material, SecretBytes};

pub(crate) use self::arguments::{Args, one_of};
use self::report::Report;
use self::target::Target;
use crate::material::{self, File, Format, Plain};
use crate::{Failure, output};

/// Runs the command.
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    args.check()?;
    let file = material::read(&args.material_file)?;
    let valid_to = lifetime::valid_to(args.expires_in, args.valid_to)?;
    // Both ways need the spec before the material can be judged; only one needs the service for it.
    let report = if args.create.create {
        let chosen = choose(&file, &args, args.create.key_spec)?;
        let client = connect::connect(&args.service).await?;
        target::check_alias_is_free(&client, args.alias.as_deref()).await?;
        let target = target::create(&client, &args).await?;
        Box::pin(carry_out(&client, &args, &target, &chosen, valid_to)).await
    } else {
        let client = connect::connect(&args.service).await?;
        let target = target::find(&client, &args).await?;
        let chosen = choose(&file, &args, target.spec)?;
        target::check_alias(&client, args.alias.as_deref(), &target).await?;
        Box::pin(carry_out(&client, &args, &target, &chosen, valid_to)).await
    }?;
    output::print(&report, args.json)
}

/// What is imported, and how it is wrapped.
struct Chosen {
    material: Material,
    format: Format,
    plan: Plan,
}

/// Decodes the material and checks all that can be checked without the service.
fn choose(file: &File, args: &Args, spec: api::KeySpec) -> Result<Chosen, Failure> {
    let Plain { bytes, format } = material::decode(file, args.format, Some(spec))?;
    let no_good =
        |reason| Failure::new(format!("{} is no material for a key of spec {spec}: {reason}", file.name));
    let material = check(&bytes, spec).map_err(no_good)?;
    let plan = plan(args, spec);
    plan.check(&material).map_err(|error| Failure::new(error.to_string()))?;
    output::note(&format!("{}: {} for {spec}", file.name, report::what_it_is(&bytes, format, spec)));
    Ok(Chosen { material, format, plan })
}

/// The material of `bytes`, or what is wrong with it.
pub(crate) fn check(bytes: &SecretBytes, spec: api::KeySpec) -> Result<Material, String> {
    let spec = ceremony::crypto_spec(spec).map_err(|error| error.to_string())?;
    Material::import(spec, bytes).map_err(|error| error.to_string())
}

/// Everything from the wrapping key to the alias. If it fails and the key is new, the failure says what became of it.
async fn carry_out(
    client: &Client,
    args: &Args,
    target: &Target,
    chosen: &Chosen,
    valid_to: Option<api::Timestamp>,
) -> Result<Report, Failure> {
    let imported = hand_over(client, args, target, chosen, valid_to)
        .await
        .map_err(|wrong| resume::with_what_is_left(&wrong, args, target))?;
    let confirmation = confirm(client, &imported, &chosen.material).await?;
    if let Some(alias) = &args.alias {
        target::name(client, alias, target).await?;
    }
    Ok(Report::of(args, target, chosen, valid_to, &imported, confirmation))
}

async fn hand_over(
    client: &Client,
    args: &Args,
    target: &Target,
    chosen: &Chosen,
    valid_to: Option<api::Timestamp>,
) -> Result<Imported, String> {
    let Chosen { material, plan, .. } = chosen;
    output::note(&format!("wrapping with {} under an {} key", plan.algorithm, plan.wrapping_key));
    let order = Order {
        key_id: &target.arn,
        material,
        plan: *plan,
        valid_to,
        import_type: args.import_type,
        description: args.key_material_description.clone(),
    };
    ceremony::import(client, order)
        .await
        .map_err(|error| advice::on_ceremony(&error, "the key material was not imported", client))
}

async fn confirm(client: &Client, imported: &Imported, material: &Material) -> Result<Confirmation, Failure> {
    output::note("imported; now making sure");
    ceremony::confirm(client, imported, material).await.map_err(|error| {
        let what =
            format!("the service accepted the key material for {}, but it is not confirmed", imported.key_id);
        Failure::new(advice::on_ceremony(&error, &what, client))
    })
}

/// The strongest wrapping, with whatever the caller wants otherwise.
fn plan(args: &Args, spec: api::KeySpec) -> Plan {
    let strongest = ceremony::strongest(spec);
    Plan {
        algorithm: args.wrapping_algorithm.unwrap_or(strongest.algorithm),
        wrapping_key: args.wrapping_key_spec.unwrap_or(strongest.wrapping_key),
    }
}
