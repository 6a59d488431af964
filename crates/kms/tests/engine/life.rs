//! A key's life as a property: random sequences of what an owner can do to one imported symmetric key, and of
//! time passing, against a model that is nothing but the published rules.
//!
//! The model knows no store, no sweeper and no record: a state, a list of materials, and the key state table.

use api::{
    Blob, CancelKeyDeletion, Decrypt, DeleteImportedKeyMaterial, DescribeKey, DisableKey, EnableKey, Encrypt,
    Error, ErrorCode, ExpirationModelType, ImportType, KeySpec, KeyState, RotateKeyOnDemand,
    ScheduleKeyDeletion,
};
use proptest::prelude::*;

use crate::world::{DAY, START, World};

/// What an owner, or time, does.
#[derive(Clone, Debug)]
enum Step {
    Import { material: u8, new: Option<bool>, lives: Option<i64> },
    Delete { material: Option<u8> },
    Rotate,
    Enable,
    Disable,
    Schedule,
    Cancel,
    Encrypt,
    Decrypt { ciphertext: usize },
    Wait { seconds: i64 },
    Sweep,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let material = 0..3_u8;
    prop_oneof![
        6 => (material.clone(), proptest::option::of(any::<bool>()), proptest::option::of(1..5000_i64))
            .prop_map(|(material, new, lives)| Step::Import { material, new, lives }),
        3 => proptest::option::of(material).prop_map(|material| Step::Delete { material }),
        3 => Just(Step::Rotate),
        1 => Just(Step::Enable),
        1 => Just(Step::Disable),
        1 => Just(Step::Schedule),
        2 => Just(Step::Cancel),
        3 => Just(Step::Encrypt),
        4 => (0..20_usize).prop_map(|ciphertext| Step::Decrypt { ciphertext }),
        3 => (1..3000_i64).prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::Wait { seconds: 3 * DAY }),
        2 => Just(Step::Sweep),
        1 => Just(Step::Restart),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    Current,
    NonCurrent,
    Pending,
}

#[derive(Clone, Debug)]
struct Held {
    material: u8,
    role: Role,
    until: Until,
}

#[derive(Clone, Copy, Debug)]
enum Until {
    /// Not there.
    Deleted,
    Second(i64),
    ForEver,
}

/// The published rules.
#[derive(Debug, Default)]
struct Model {
    now: i64,
    held: Vec<Held>,
    enabled: bool,
    deletion: Option<i64>,
    /// The material each ciphertext was made with.
    ciphertexts: Vec<u8>,
}

impl Model {
    fn present(&self, held: &Held) -> bool {
        match held.until {
            Until::Deleted => false,
            Until::Second(end) => self.now < end,
            Until::ForEver => true,
        }
    }

    fn complete(&self) -> bool {
        let mut permanent = self.held.iter().filter(|held| held.role != Role::Pending).peekable();
        permanent.peek().is_some() && permanent.all(|held| self.present(held))
    }

    fn state(&self) -> Option<KeyState> {
        match self.deletion {
            Some(end) if end <= self.now => None,
            Some(_) => Some(KeyState::PendingDeletion),
            None if !self.complete() => Some(KeyState::PendingImport),
            None if self.enabled => Some(KeyState::Enabled),
            None => Some(KeyState::Disabled),
        }
    }

    /// A row of the key state table: what each state that is refused answers.
    fn refuse(&self, row: &[(KeyState, ErrorCode)]) -> Result<(), ErrorCode> {
        let state = self.state().ok_or(ErrorCode::NotFound)?;
        row.iter().find(|(refused, _)| *refused == state).map_or(Ok(()), |(_, code)| Err(*code))
    }

    fn refuse_use(&self) -> Result<(), ErrorCode> {
        self.refuse(&[
            (KeyState::Disabled, ErrorCode::Disabled),
            (KeyState::PendingDeletion, ErrorCode::KmsInvalidState),
            (KeyState::PendingImport, ErrorCode::KmsInvalidState),
        ])
    }

    fn import(&mut self, material: u8, new: Option<bool>, lives: Option<i64>) -> Result<(), ErrorCode> {
        self.refuse(&[(KeyState::PendingDeletion, ErrorCode::KmsInvalidState)])?;
        let known = self.held.iter().position(|held| held.material == material);
        let as_new = new.unwrap_or(self.held.is_empty());
        let complete_before = self.complete();
        let place = match (as_new, known) {
            (false, Some(place)) => place,
            (true, Some(place)) if self.held[place].role == Role::Pending => place,
            (false, None) | (true, Some(_)) => return Err(ErrorCode::IncorrectKeyMaterial),
            (true, None) => {
                let role = if self.held.is_empty() { Role::Current } else { Role::Pending };
                if self.held.iter().any(|held| held.role == Role::Pending && self.present(held)) {
                    return Err(ErrorCode::KmsInvalidState);
                }
                self.held.retain(|held| held.role != Role::Pending);
                self.held.push(Held { material, role, until: Until::Deleted });
                self.held.len() - 1
            }
        };
        self.held[place].until = lives.map_or(Until::ForEver, |seconds| Until::Second(self.now + seconds));
        if !complete_before && self.complete() {
            self.enabled = true;
        }
        Ok(())
    }

    fn delete(&mut self, material: Option<u8>) -> Result<(), ErrorCode> {
        self.refuse(&[])?;
        let place = match material {
            None => self.held.iter().position(|held| held.role == Role::Current),
            Some(material) => {
                Some(self.held.iter().position(|held| held.material == material).ok_or(ErrorCode::NotFound)?)
            }
        };
        if let Some(place) = place {
            self.held[place].until = Until::Deleted;
        }
        Ok(())
    }

    fn rotate(&mut self) -> Result<(), ErrorCode> {
        self.refuse_use()?;
        let pending = self.held.iter().position(|held| held.role == Role::Pending && self.present(held));
        let pending = pending.ok_or(ErrorCode::KmsInvalidState)?;
        for held in &mut self.held {
            if held.role == Role::Current {
                held.role = Role::NonCurrent;
            }
        }
        self.held[pending].role = Role::Current;
        Ok(())
    }

    fn switch(&mut self, enabled: bool) -> Result<(), ErrorCode> {
        self.refuse(&[
            (KeyState::PendingDeletion, ErrorCode::KmsInvalidState),
            (KeyState::PendingImport, ErrorCode::KmsInvalidState),
        ])?;
        self.enabled = enabled;
        Ok(())
    }

    fn schedule(&mut self) -> Result<(), ErrorCode> {
        self.refuse(&[(KeyState::PendingDeletion, ErrorCode::KmsInvalidState)])?;
        self.deletion = Some(self.now + 7 * DAY);
        Ok(())
    }

    fn cancel(&mut self) -> Result<(), ErrorCode> {
        match self.state() {
            None => Err(ErrorCode::NotFound),
            Some(KeyState::PendingDeletion) => {
                (self.deletion, self.enabled) = (None, false);
                Ok(())
            }
            Some(_) => Err(ErrorCode::KmsInvalidState),
        }
    }

    fn encrypt(&mut self) -> Result<(), ErrorCode> {
        self.refuse_use()?;
        let current = self.held.iter().find(|held| held.role == Role::Current);
        self.ciphertexts.push(current.ok_or(ErrorCode::KmsInvalidState)?.material);
        Ok(())
    }

    fn decrypt(&self) -> Result<(), ErrorCode> {
        // A ciphertext names its key; of a key that is gone nothing more is said than that.
        if self.state().is_none() {
            return Err(ErrorCode::AccessDenied);
        }
        self.refuse_use()
    }
}

fn bytes(material: u8) -> [u8; 32] {
    [0x50 + material; 32]
}

struct Life {
    world: World,
    key: String,
    model: Model,
    /// Wrapped once a material: the ceremony itself is not what is tested here.
    ciphertexts: Vec<Blob>,
    ids: [Option<String>; 3],
}

impl Life {
    async fn begin() -> Self {
        let world = World::new().await;
        let key = world.external(KeySpec::SymmetricDefault).await;
        Self {
            world,
            key,
            model: Model { enabled: true, ..Model::default() },
            ciphertexts: Vec::new(),
            ids: [const { None }; 3],
        }
    }

    async fn take(&mut self, step: &Step) {
        let (expected, found) = match step {
            Step::Import { material, new, lives } => {
                let found = self.import(*material, *new, *lives).await;
                (self.model.import(*material, *new, *lives), found)
            }
            Step::Delete { material } => {
                let mut request = DeleteImportedKeyMaterial::request(&self.key);
                request.key_material_id = material.map(|n| {
                    // One that was never imported has an id that no material has.
                    self.ids[usize::from(n)].clone().unwrap_or_else(|| "f".repeat(64))
                });
                (self.model.delete(*material), self.world.call(request).await.map(|_| ()))
            }
            Step::Rotate => (
                self.model.rotate(),
                self.world.call(RotateKeyOnDemand::request(&self.key)).await.map(|_| ()),
            ),
            Step::Enable => {
                (self.model.switch(true), self.world.call(EnableKey::request(&self.key)).await.map(|_| ()))
            }
            Step::Disable => {
                (self.model.switch(false), self.world.call(DisableKey::request(&self.key)).await.map(|_| ()))
            }
            Step::Schedule => {
                let mut request = ScheduleKeyDeletion::request(&self.key);
                request.pending_window_in_days = Some(7);
                (self.model.schedule(), self.world.call(request).await.map(|_| ()))
            }
            Step::Cancel => (
                self.model.cancel(),
                self.world.call(CancelKeyDeletion::request(&self.key)).await.map(|_| ()),
            ),
            Step::Encrypt => {
                let answer = self.world.call(Encrypt::request(&self.key, Blob::new(*b"m"))).await;
                let found = answer.map(|answer| self.ciphertexts.push(answer.ciphertext_blob));
                (self.model.encrypt(), found)
            }
            Step::Decrypt { ciphertext } => {
                let Some(blob) = self.ciphertexts.get(*ciphertext) else { return };
                let mut request = Decrypt::request();
                request.ciphertext_blob = Some(blob.clone());
                let answer = self.world.call(request).await;
                if let Ok(answer) = &answer {
                    assert_eq!(answer.plaintext.as_ref().unwrap().as_bytes(), b"m");
                    let made_with = usize::from(self.model.ciphertexts[*ciphertext]);
                    assert_eq!(answer.key_material_id, self.ids[made_with]);
                }
                (self.model.decrypt(), answer.map(|_| ()))
            }
            Step::Wait { seconds } => {
                self.world.clock.advance(*seconds);
                self.model.now += seconds;
                return;
            }
            Step::Sweep => {
                self.world.kms.sweep().await.unwrap();
                return;
            }
            Step::Restart => {
                self.world.restart().await;
                return;
            }
        };
        assert_eq!(found.map_err(|error| error.code()), expected, "{step:?} in {:?}", self.model);
    }

    async fn import(&mut self, material: u8, new: Option<bool>, lives: Option<i64>) -> Result<(), Error> {
        let other = self.world.external(KeySpec::SymmetricDefault).await;
        // Where the key takes no parameters now, those of another key show what the import itself answers.
        let of_key = self.model.refuse(&[(KeyState::PendingDeletion, ErrorCode::KmsInvalidState)]).is_ok();
        let mut request =
            self.world.import_request(if of_key { &self.key } else { &other }, &bytes(material)).await;
        request.key_id.clone_from(&self.key);
        request.import_type =
            new.map(|new| if new { ImportType::NewKeyMaterial } else { ImportType::ExistingKeyMaterial });
        if let Some(seconds) = lives {
            request.expiration_model = Some(ExpirationModelType::KeyMaterialExpires);
            request.valid_to = Some(START.plus_seconds(self.model.now + seconds));
        }
        let answer = self.world.call(request).await?;
        self.ids[usize::from(material)] = answer.key_material_id;
        Ok(())
    }

    /// After every step, the two agree on what can be seen.
    async fn agree(&self) {
        let described = self.world.call(DescribeKey::request(&self.key)).await;
        match (self.model.state(), described) {
            (None, Err(error)) => assert_eq!(error.code(), ErrorCode::NotFound),
            (Some(state), Ok(answer)) => {
                let metadata = answer.key_metadata;
                assert_eq!(metadata.key_state, state, "{:?}", self.model);
                assert_eq!(metadata.enabled, state == KeyState::Enabled);
                let expiries = self.model.held.iter().filter(|held| self.model.present(held));
                let ends = expiries.filter_map(|held| match held.until {
                    Until::Second(end) => Some(end),
                    Until::Deleted | Until::ForEver => None,
                });
                let earliest = ends.min();
                assert_eq!(
                    metadata.valid_to,
                    earliest.map(|end| START.plus_seconds(end)),
                    "{:?}",
                    self.model
                );
            }
            (state, described) => panic!("{state:?}, but {described:?}: {:?}", self.model),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_life_follows_the_published_rules(steps in proptest::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut life = Life::begin().await;
            for step in &steps {
                life.take(step).await;
                life.agree().await;
            }
        });
    }
}
