//! Who may do what by all the policies there are.

use std::sync::Arc;

use crate::action::Action;
use crate::actions::Actions;
use crate::condition_keys::ConditionKeys;
use crate::decide::{Account, Identity, Judgment, Names, Request};
use crate::document::Document;
use crate::facts::Facts;
use crate::listing::Spoken;
use crate::principal::{Principal, PrincipalKind, PrincipalName};
use crate::verdict::{Denial, PolicyKind, Verdict};

/// Most names of a principal: twice what any has.
const MAX_NAMES: usize = 4;

/// What a principal asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What is done.
    pub action: Actions<'a>,
    /// An ARN, or `*`.
    pub resource: &'a str,
    /// The account of the resource: 12 digits.
    pub owner: &'a str,
    /// The resource's policy. None: resources of its kind have none, and their account decides.
    pub policy: Option<&'a Document>,
    /// The condition keys.
    pub context: &'a dyn ConditionKeys,
}

/// What every policy that counts says to a request.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation {
    owner: Owner,
    /// What the policy of the resource says; None if there is none.
    resource: Option<Judgment>,
    /// What those of the identity say; None of a root, which needs none.
    identity: Option<Said>,
    boundary: Option<Said>,
    session: Option<Said>,
    /// The least that a direct permission must say of the principal so that boundary and session do not limit it.
    unlimited: Spoken,
    names: usize,
}

/// Whose the resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// The principal's account.
    Same,
    /// Another.
    Other,
    /// Anyone's: the principal is a service, and of no account.
    OfService,
}

/// What several policies of a kind say together: the policy's number in its list, and the statement's in it.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    denied: Option<(usize, usize)>,
    allowed: Option<(usize, usize)>,
}

/// The statement that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecidedBy {
    /// The kind of its policy.
    pub kind: PolicyKind,
    /// Which of the policies of this kind, in their order, from 0.
    pub policy: usize,
    /// Which of its statements, from 0: see [`Document::place`].
    pub statement: usize,
}

/// Evaluates a request by the policies of the principal and that of the resource, each of them once.
pub fn evaluate(principal: &Principal, asked: &Asked<'_>) -> Evaluation {
    let facts = Facts::of(asked.context);
    let identities: [Identity<'_>; MAX_NAMES] = std::array::from_fn(|index| identity(principal, index));
    // Only a root has no name. One that is not made right is denied all that a resource's policy decides.
    let well_made = principal.names.is_empty() == principal.is_root();
    let known = identities.get(..principal.names.len()).filter(|_| well_made);
    let names = Names { account: account(principal), identities: known.unwrap_or_default() };
    let name = Action::of(asked.action.name);
    let action = Actions { name: name.as_str(), ..asked.action };
    let request = Request { names: &names, action, resource: asked.resource, context: asked.context };
    let said = |documents| Said::by(documents, &request, &facts);
    let owner = match principal.kind {
        PrincipalKind::Service => Owner::OfService,
        _ if principal.account == asked.owner => Owner::Same,
        _ => Owner::Other,
    };
    Evaluation {
        owner,
        resource: asked.policy.map(|policy| match known {
            Some(_) => policy.judge(&request, &facts),
            None => Judgment { denied: Some(0), ..Judgment::default() },
        }),
        identity: (!principal.is_root()).then(|| said(&principal.policies)),
        boundary: principal.boundary.as_ref().map(|boundary| said(std::slice::from_ref(boundary))),
        session: (!principal.session_policies.is_empty()).then(|| said(&principal.session_policies)),
        unlimited: unlimited(principal),
        names: names.identities.len(),
    }
}

fn account(principal: &Principal) -> Option<Account<'_>> {
    let belongs = principal.kind != PrincipalKind::Service;
    belongs.then_some(Account { partition: &principal.partition, id: &principal.account })
}

fn identity(principal: &Principal, index: usize) -> Identity<'_> {
    match (principal.kind, principal.names.get(index)) {
        (_, None) => Identity::Service(""),
        (PrincipalKind::Service, Some(name)) => Identity::Service(&name.arn),
        (_, Some(PrincipalName { arn, id })) => Identity::Aws { arn, id: id.as_deref() },
    }
}

/// Whoever is named by the name of a session is not limited by the session's policies and the boundary, and a user
/// who is named is not limited by the boundary (IAM user guide, "Permissions boundaries", "Session policies").
fn unlimited(principal: &Principal) -> Spoken {
    match principal.kind {
        PrincipalKind::User if principal.names.len() == 1 && principal.session_policies.is_empty() => {
            Spoken::Name(0)
        }
        _ => Spoken::Name(1),
    }
}

impl Said {
    fn by<'f>(documents: &'f [Arc<Document>], request: &Request<'_>, facts: &Facts<'f>) -> Self {
        let mut said = Self::default();
        for (index, document) in documents.iter().enumerate() {
            let judgment = document.judge(request, facts);
            if let Some(statement) = judgment.denied.or(judgment.doubt) {
                said.denied.get_or_insert((index, statement));
            }
            if let Some((statement, _)) = judgment.allowed {
                said.allowed.get_or_insert((index, statement));
            }
        }
        said
    }
}

impl Evaluation {
    /// The verdict, if no grant speaks of the principal.
    pub fn verdict(&self) -> Verdict {
        self.conclude(None).into()
    }

    /// The verdict if a grant on the resource names the principal by one of its names, counted from 0. (None: as the
    /// root of its account, which helps nobody else.)
    pub fn with_grant(&self, name: Option<usize>) -> Verdict {
        self.conclude(self.spoken_by_grant(name)).into()
    }

    /// Which statement decided, if one did: there is none where nothing allows.
    pub fn decided_by(&self) -> Option<DecidedBy> {
        self.conclude(None).by
    }

    fn spoken_by_grant(&self, name: Option<usize>) -> Option<Spoken> {
        match name {
            Some(name) => (name < self.names).then_some(Spoken::Name(name)),
            None => (self.names == 0 && self.identity.is_none()).then_some(Spoken::Root),
        }
    }

    fn conclude(&self, granted: Option<Spoken>) -> Conclusion {
        match self.owner {
            Owner::Other => self.in_other_account(granted),
            Owner::Same | Owner::OfService => self.in_own_account(granted),
        }
    }

    fn in_own_account(&self, granted: Option<Spoken>) -> Conclusion {
        if let Some(denied) = self.resource_denies().or_else(|| self.own_account_denies()) {
            return denied;
        }
        let resource = self.resource.unwrap_or_default();
        let direct = resource.allowed.map(|(_, spoken)| spoken).max(granted);
        match (direct, self.owner, self.resource) {
            (Some(spoken), ..) => self.limited(spoken),
            (None, Owner::Same, None) => self.own_account_allows(),
            (None, Owner::Same, Some(_)) if resource.delegated.is_some() => self.own_account_allows(),
            _ => self.not_allowed(PolicyKind::Resource),
        }
    }

    /// What the own account says comes first: it tells nothing of the other account's resource.
    fn in_other_account(&self, granted: Option<Spoken>) -> Conclusion {
        if let Some(denied) = self.own_account_denies() {
            return denied;
        }
        let own = match granted {
            Some(spoken) => self.limited(spoken),
            None => self.own_account_allows(),
        };
        match (own.denial, self.resource_denies()) {
            (Some(_), _) => own,
            (None, Some(denied)) => denied,
            (None, None) if granted.is_some() || self.by_resource().is_some() => own,
            (None, None) => self.not_allowed(PolicyKind::Resource),
        }
    }

    fn resource_denies(&self) -> Option<Conclusion> {
        let statement = self.resource.and_then(|judgment| judgment.denied.or(judgment.doubt))?;
        Some(self.denied(PolicyKind::Resource, (0, statement)))
    }

    fn own_account_denies(&self) -> Option<Conclusion> {
        let kinds = [
            (PolicyKind::Identity, self.identity),
            (PolicyKind::Boundary, self.boundary),
            (PolicyKind::Session, self.session),
        ];
        kinds.into_iter().find_map(|(kind, said)| Some(self.denied(kind, said?.denied?)))
    }

    /// The policies of the identity allow, and those that limit it do too.
    fn own_account_allows(&self) -> Conclusion {
        let by = self.identity.and_then(|said| said.allowed);
        if self.identity.is_some() && by.is_none() {
            return self.not_allowed(PolicyKind::Identity);
        }
        match self.limit() {
            Some(limit) => self.not_allowed(limit),
            None => Conclusion {
                denial: None,
                by: by
                    .map(|(policy, statement)| DecidedBy { kind: PolicyKind::Identity, policy, statement })
                    .or(self.by_resource()),
            },
        }
    }

    /// The resource's policy or a grant allows directly, and what limits such a permission allows too.
    fn limited(&self, spoken: Spoken) -> Conclusion {
        match self.limit() {
            Some(limit) if spoken < self.unlimited => self.not_allowed(limit),
            _ => Conclusion { denial: None, by: self.by_resource() },
        }
    }

    /// What of boundary and session does not allow.
    fn limit(&self) -> Option<PolicyKind> {
        let kinds = [(PolicyKind::Boundary, self.boundary), (PolicyKind::Session, self.session)];
        let limits = |said: Option<Said>| said.is_some_and(|said| said.allowed.is_none());
        kinds.into_iter().find(|(_, said)| limits(*said)).map(|(kind, _)| kind)
    }

    fn by_resource(&self) -> Option<DecidedBy> {
        let judgment = self.resource?;
        let statement = judgment.allowed.map(|(statement, _)| statement).or(judgment.delegated)?;
        Some(DecidedBy { kind: PolicyKind::Resource, policy: 0, statement })
    }

    fn denied(&self, kind: PolicyKind, (policy, statement): (usize, usize)) -> Conclusion {
        Conclusion { denial: Some(self.denial(kind, true)), by: Some(DecidedBy { kind, policy, statement }) }
    }

    fn not_allowed(&self, kind: PolicyKind) -> Conclusion {
        Conclusion { denial: Some(self.denial(kind, false)), by: None }
    }

    fn denial(&self, by: PolicyKind, explicit: bool) -> Denial {
        Denial { explicit, by, cross_account: self.owner == Owner::Other }
    }
}

/// A verdict, and what it rests on.
#[derive(Clone, Copy, Debug)]
struct Conclusion {
    denial: Option<Denial>,
    by: Option<DecidedBy>,
}

impl From<Conclusion> for Verdict {
    fn from(conclusion: Conclusion) -> Self {
        conclusion.denial.map_or(Self::Allowed, Self::Denied)
    }
}
