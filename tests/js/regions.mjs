// A multi-Region key: sealed in one Region, opened in another.

import assert from "node:assert/strict";
import {
  AlreadyExistsException,
  KMSInvalidStateException,
  NotFoundException,
  UnsupportedOperationException,
} from "@aws-sdk/client-kms";
import { bytes, inRegion, kms, newKey, refused, sameBytes } from "./support.mjs";

const REPLICA_REGION = "eu-west-1";
const abroad = inRegion(REPLICA_REGION);
const Plaintext = bytes("x");
const primary = await newKey({ MultiRegion: true });
const { KeyId } = primary;
assert.match(KeyId, /^mrk-[0-9a-f]{32}$/);
await refused(abroad.describeKey({ KeyId }), NotFoundException);

const { ReplicaKeyMetadata } = await kms.replicateKey({ KeyId, ReplicaRegion: REPLICA_REGION });
assert.equal(ReplicaKeyMetadata.KeyId, KeyId);
assert.equal(ReplicaKeyMetadata.MultiRegionConfiguration.MultiRegionKeyType, "REPLICA");
assert.equal(ReplicaKeyMetadata.MultiRegionConfiguration.PrimaryKey.Arn, primary.Arn);
await refused(kms.replicateKey({ KeyId, ReplicaRegion: REPLICA_REGION }), AlreadyExistsException);

const here = await kms.encrypt({ KeyId, Plaintext });
const there = await abroad.decrypt({ KeyId, CiphertextBlob: here.CiphertextBlob });
sameBytes(there.Plaintext, Plaintext);
assert.equal(there.KeyId, ReplicaKeyMetadata.Arn);
const back = await abroad.encrypt({ KeyId, Plaintext });
sameBytes((await kms.decrypt({ KeyId, CiphertextBlob: back.CiphertextBlob })).Plaintext, Plaintext);

// The replica becomes the primary, and only from there are there further ones.
await kms.updatePrimaryRegion({ KeyId, PrimaryRegion: REPLICA_REGION });
const { MultiRegionConfiguration } = (await abroad.describeKey({ KeyId })).KeyMetadata;
assert.equal(MultiRegionConfiguration.MultiRegionKeyType, "PRIMARY");
assert.deepEqual(MultiRegionConfiguration.ReplicaKeys, [{ Arn: primary.Arn, Region: "us-east-1" }]);
await refused(kms.replicateKey({ KeyId, ReplicaRegion: "ap-south-1" }), UnsupportedOperationException);

// A primary waits for its replicas.
assert.equal((await abroad.scheduleKeyDeletion({ KeyId })).KeyState, "PendingReplicaDeletion");
await refused(abroad.encrypt({ KeyId, Plaintext }), KMSInvalidStateException);
