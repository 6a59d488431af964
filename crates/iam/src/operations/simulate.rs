//! Simulations: what policies would decide, so that whoever was denied can be told why. Nothing is done.

use std::borrow::Cow;
use std::sync::Arc;

use policy::{Asked, Caller, DecidedBy, Document, PolicyKind, Verdict, evaluate};

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::{GroupRecord, OfAccount as _, RoleRecord, UserRecord};
use crate::refusal::Stop;
use crate::shapes::simulate::{
    BoundaryDecision, ContextEntry, EvaluationResult, MatchedStatement, SimulateCustomPolicy,
    SimulatePrincipalPolicy,
};
use crate::shapes::{Listed, Page};
use crate::table::Action;
use crate::{Error, ids};

use super::iam_action;
use super::subject::{Source, Subject};
use super::target::action_of;

/// Most actions times resources of one simulation.
const MOST_TRIED: usize = 1000;
/// Most of them in one answer: a page takes as long as so many requests.
const MOST_OF_PAGE: usize = 50;
/// Most bytes of the policies that a request brings: as many as the model takes in one (`policyDocumentType`).
const MOST_BYTES: usize = 131_072;

impl Action for SimulatePrincipalPolicy {
    type Answer = Listed<EvaluationResult>;
    iam_action!(SimulatePrincipalPolicy);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let mut subject = self.subject(cx).await?;
        subject.add_inputs(self.policies.as_deref().unwrap_or_default())?;
        Simulation {
            actions: &self.actions,
            resources: self.resources.as_deref(),
            policies: self.policies.as_deref().unwrap_or_default(),
            boundaries: self.boundaries.as_deref(),
            resource_policy: self.resource_policy.as_deref(),
            resource_owner: self.resource_owner.as_deref(),
            caller_arn: self.caller_arn.as_deref(),
            context: self.context.as_deref().unwrap_or_default(),
            page: &self.page,
        }
        .run(cx, subject)
    }
}

impl SimulatePrincipalPolicy {
    /// Whose policies are tried, if the caller may see them.
    async fn subject(&self, cx: &Context<'_>) -> Result<Subject, Stop> {
        let named = |kind| {
            let rest = self.source_arn.strip_prefix(&cx.arn(kind))?.strip_prefix('/')?;
            rest.rsplit('/').next()
        };
        let missing = || Error::no_such_entity(format!("{} cannot be found.", self.source_arn));
        if let Some(name) = named(UserRecord::KIND) {
            let user = cx.permitted::<Self, UserRecord>(name).await?;
            let same = cx.arn_of(&user) == self.source_arn;
            return if same { Subject::user(cx, &user).await } else { Err(missing().into()) };
        }
        if let Some(name) = named(RoleRecord::KIND) {
            let role = cx.permitted::<Self, RoleRecord>(name).await?;
            let same = cx.arn_of(&role) == self.source_arn;
            return if same { Subject::role(cx, &role).await } else { Err(missing().into()) };
        }
        if let Some(name) = named(GroupRecord::KIND) {
            let group = cx.permitted::<Self, GroupRecord>(name).await?;
            let same = cx.arn_of(&group) == self.source_arn;
            return if same { Subject::group(cx, &group).await } else { Err(missing().into()) };
        }
        cx.permit(&action_of::<Self>(), &self.source_arn, &Conditions::default())?;
        let text =
            format!("Invalid Entity Arn: {} is no user, group or role of this account.", self.source_arn);
        Err(Error::invalid_input(text).into())
    }
}

impl Action for SimulateCustomPolicy {
    type Answer = Listed<EvaluationResult>;
    iam_action!(SimulateCustomPolicy);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permit(&action_of::<Self>(), "*", &Conditions::default())?;
        let mut subject = Subject::nobody(cx.partition(), cx.account());
        subject.principal.arn = cx.arn("user/simulated");
        subject.add_inputs(&self.policies)?;
        Simulation {
            actions: &self.actions,
            resources: self.resources.as_deref(),
            policies: &self.policies,
            boundaries: self.boundaries.as_deref(),
            resource_policy: self.resource_policy.as_deref(),
            resource_owner: self.resource_owner.as_deref(),
            caller_arn: self.caller_arn.as_deref(),
            context: self.context.as_deref().unwrap_or_default(),
            page: &self.page,
        }
        .run(cx, subject)
    }
}

/// What both simulations ask for.
struct Simulation<'a> {
    actions: &'a [String],
    resources: Option<&'a [String]>,
    policies: &'a [String],
    boundaries: Option<&'a [String]>,
    resource_policy: Option<&'a str>,
    resource_owner: Option<&'a str>,
    caller_arn: Option<&'a str>,
    context: &'a [ContextEntry],
    page: &'a Page,
}

/// What is the same for everything that is tried.
struct Scene<'a> {
    caller: Caller,
    subject: &'a Subject,
    resource_policy: Option<Document>,
    owner: String,
    context: policy::Context<'a>,
    missing: Vec<String>,
}

impl Simulation<'_> {
    fn run(&self, cx: &Context<'_>, mut subject: Subject) -> Result<Listed<EvaluationResult>, Stop> {
        let anything = ["*".to_owned()];
        let resources = self.resources.filter(|resources| !resources.is_empty()).unwrap_or(&anything);
        self.check(resources.len())?;
        if let Some(text) = self.boundaries.and_then(<[String]>::first) {
            let source = Source { id: "PermissionsBoundaryPolicyInputList.1".to_owned(), kind: "none" };
            subject.set_boundary(source, text)?;
        }
        if let Some(arn) = self.caller_arn {
            let account = account_of(arn)?;
            subject.be(arn.to_owned(), None);
            account.clone_into(&mut subject.principal.account);
        }
        let resource_policy = self.resource_policy.map(Document::parse).transpose();
        let resource_policy = resource_policy.map_err(|error| Error::malformed_policy(error.to_string()))?;
        let owner =
            self.resource_owner.map_or(Ok(subject.principal.account.as_str()), account_of)?.to_owned();
        let caller = Caller {
            principal: Arc::new(subject.principal.clone()),
            ..Caller::root(cx.partition(), cx.account(), &cx.caller().region)
        };
        let (context, missing) = self.context(&caller, resource_policy.as_ref(), cx.now());
        let scene =
            Scene { caller: caller.clone(), subject: &subject, resource_policy, owner, context, missing };
        let pairs =
            self.actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
        let max_items = Some(self.page.max_items.unwrap_or(MOST_OF_PAGE).min(MOST_OF_PAGE));
        let page = Page { marker: self.page.marker.clone(), max_items };
        let numbered: Vec<_> = pairs.enumerate().collect();
        page.answer(
            "EvaluationResults",
            numbered,
            |(number, _)| format!("{number:06}"),
            |(_, (action, resource))| scene.result(action, resource),
        )
    }

    fn check(&self, resources: usize) -> Result<(), Error> {
        let most = |what: &str, most: usize| {
            Error::invalid_input(format!("A simulation has at most {most} {what}."))
        };
        if self.actions.len().saturating_mul(resources) > MOST_TRIED {
            return Err(most("actions times resources", MOST_TRIED));
        }
        let boundaries = self.boundaries.unwrap_or_default();
        if boundaries.len() > 1 {
            return Err(most("permissions boundary", 1));
        }
        let texts = self.policies.iter().chain(boundaries).map(String::len).sum::<usize>();
        if texts + self.resource_policy.map_or(0, str::len) > MOST_BYTES {
            return Err(most("bytes of policies", MOST_BYTES));
        }
        Ok(())
    }

    /// The condition keys that the policies ask for, as far as the request or the subject has them, and the others.
    fn context<'c>(
        &'c self,
        caller: &Caller,
        resource_policy: Option<&Document>,
        now: i64,
    ) -> (policy::Context<'c>, Vec<String>) {
        let principal = &caller.principal;
        let documents = principal.policies.iter().chain(&principal.boundary).map(AsRef::as_ref);
        let mut keys: Vec<_> = documents.chain(resource_policy).flat_map(Document::condition_keys).collect();
        keys.sort();
        keys.dedup();
        let (mut context, mut missing) = (policy::Context::complete(), Vec::new());
        for key in keys {
            let given = self.context.iter().find(|entry| entry.key.eq_ignore_ascii_case(key));
            let values: Vec<Cow<'c, str>> = if let Some(entry) = given {
                entry.values.iter().map(|value| Cow::Borrowed(value.as_str())).collect()
            } else {
                let known = caller.fact(key, now).unwrap_or_default();
                known.into_iter().map(|value| Cow::Owned(value.into_owned())).collect()
            };
            if values.is_empty() {
                missing.push(key.clone());
            }
            context = context.with_all(key.clone(), values);
        }
        (context, missing)
    }
}

impl Scene<'_> {
    fn result(&self, action: &str, resource: &str) -> EvaluationResult {
        let asked = Asked {
            action: action.into(),
            resource,
            owner: &self.owner,
            policy: self.resource_policy.as_ref(),
            context: &self.context,
        };
        let evaluation = evaluate(&self.caller.principal, &asked);
        let verdict = evaluation.verdict();
        let (eval_decision, by_boundary) = match verdict {
            Verdict::Allowed => ("allowed", false),
            Verdict::Denied(denial) => {
                let decision = if denial.explicit { "explicitDeny" } else { "implicitDeny" };
                (decision, denial.by == PolicyKind::Boundary)
            }
        };
        EvaluationResult {
            eval_action_name: action.to_owned(),
            eval_resource_name: resource.to_owned(),
            eval_decision,
            matched_statements: evaluation.decided_by().map(|by| self.matched(by)).into_iter().collect(),
            missing_context_values: self.missing.clone(),
            permissions_boundary_decision_detail: self
                .caller
                .principal
                .boundary
                .as_ref()
                .map(|_| BoundaryDecision { allowed_by_permissions_boundary: !by_boundary }),
        }
    }

    fn matched(&self, by: DecidedBy) -> MatchedStatement {
        let source = match by.kind {
            PolicyKind::Identity => self.subject.sources.get(by.policy),
            PolicyKind::Boundary => Some(&self.subject.boundary),
            PolicyKind::Resource | PolicyKind::Session => None,
        };
        let (id, kind) = source.map_or(("ResourcePolicy", "resource"), |source| (&source.id, source.kind));
        MatchedStatement { source_policy_id: id.to_owned(), source_policy_type: kind }
    }
}

/// The account that an ARN names.
fn account_of(arn: &str) -> Result<&str, Error> {
    let account = arn.split(':').nth(4).filter(|account| ids::is_account(account));
    account.ok_or_else(|| Error::invalid_input(format!("ARN {arn} is not valid.")))
}
