// Aliases: another name for a key, by which it is used, and that can be moved to another.

import assert from "node:assert/strict";
import { AlreadyExistsException, InvalidAliasNameException, NotFoundException } from "@aws-sdk/client-kms";
import { bytes, kms, newKey, refused, sameBytes } from "./support.mjs";

const AliasName = "alias/javascript/current";
const [first, second] = [await newKey(), await newKey()];
await kms.createAlias({ AliasName, TargetKeyId: first.KeyId });
await refused(kms.createAlias({ AliasName, TargetKeyId: second.KeyId }), AlreadyExistsException);
await refused(kms.createAlias({ AliasName: "alias/aws/mine", TargetKeyId: first.KeyId }), InvalidAliasNameException);

const { Aliases } = await kms.listAliases({ KeyId: first.KeyId });
assert.deepEqual(Aliases.map((alias) => [alias.AliasName, alias.TargetKeyId]), [[AliasName, first.KeyId]]);
assert(Aliases[0].CreationDate instanceof Date);

// The name follows, and what the first key sealed still opens.
const sealed = await kms.encrypt({ KeyId: AliasName, Plaintext: bytes("x") });
assert.equal(sealed.KeyId, first.Arn);
await kms.updateAlias({ AliasName, TargetKeyId: second.KeyId });
assert.equal((await kms.describeKey({ KeyId: AliasName })).KeyMetadata.KeyId, second.KeyId);
assert.equal((await kms.describeKey({ KeyId: Aliases[0].AliasArn })).KeyMetadata.KeyId, second.KeyId);
sameBytes((await kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob })).Plaintext, bytes("x"));

await kms.deleteAlias({ AliasName });
await refused(kms.describeKey({ KeyId: AliasName }), NotFoundException, AliasName);
await refused(kms.deleteAlias({ AliasName }), NotFoundException);
