// Rotation: its schedule, a rotation now, and that what was sealed before still opens.

import assert from "node:assert/strict";
import { UnsupportedOperationException } from "@aws-sdk/client-kms";
import { bytes, kms, newKey, refused, refusedAs } from "./support.mjs";

const { KeyId, Arn } = await newKey();
const before = await kms.getKeyRotationStatus({ KeyId });
assert.deepEqual([before.KeyId, before.KeyRotationEnabled], [Arn, false]);
assert.equal(before.NextRotationDate, undefined);

await kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
const enabled = await kms.getKeyRotationStatus({ KeyId });
assert.deepEqual([enabled.KeyRotationEnabled, enabled.RotationPeriodInDays], [true, 90]);
const days = (enabled.NextRotationDate - new Date()) / 86_400_000;
assert(days > 89 && days < 91, `the next rotation is in ${days} days`);
await refusedAs(kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 89 }), "ValidationException");
await kms.enableKeyRotation({ KeyId });
await kms.disableKeyRotation({ KeyId });
assert.equal((await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled, false);

const sealed = await kms.encrypt({ KeyId, Plaintext: bytes("x") });
const first = (await kms.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId;
assert.equal((await kms.rotateKeyOnDemand({ KeyId })).KeyId, Arn);
const second = (await kms.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId;
assert.notEqual(second, first);
assert.equal((await kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob })).KeyMaterialId, first);
const { Rotations } = await kms.listKeyRotations({ KeyId });
assert.deepEqual(Rotations.map((entry) => [entry.KeyMaterialId, entry.RotationType]), [[second, "ON_DEMAND"]]);

const mac = await newKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
await refused(kms.enableKeyRotation({ KeyId: mac.KeyId }), UnsupportedOperationException);
