// Grants: another account does what was granted, as far as it was granted, and until it is taken back.

import assert from "node:assert/strict";
import { InvalidGrantTokenException, NotFoundException, paginateListGrants } from "@aws-sdk/client-kms";
import { bytes, kms, newKey, refused, refusedAs, rootOf, sameBytes } from "./support.mjs";

const FRIEND = "200000000011";
const GranteePrincipal = `arn:aws:iam::${FRIEND}:root`;
const friend = rootOf(FRIEND);
const Plaintext = bytes("x");
const { KeyId, Arn } = await newKey();

await refusedAs(friend.encrypt({ KeyId: Arn, Plaintext }), "AccessDeniedException", "kms:Encrypt");
const grant = await kms.createGrant({
  KeyId,
  GranteePrincipal,
  Operations: ["Encrypt", "Decrypt", "RetireGrant"],
  Constraints: { EncryptionContextSubset: { tenant: "blue" } },
  Name: "for-a-friend",
});
assert.match(grant.GrantId, /^[0-9a-f]{64}$/);

// Within its constraint and its operations, and no further.
const EncryptionContext = { tenant: "blue", more: "allowed" };
const { CiphertextBlob } = await friend.encrypt({ KeyId: Arn, Plaintext, EncryptionContext });
sameBytes((await friend.decrypt({ CiphertextBlob, EncryptionContext })).Plaintext, Plaintext);
const other = { tenant: "red" };
await refusedAs(friend.encrypt({ KeyId: Arn, Plaintext, EncryptionContext: other }), "AccessDeniedException");
await refusedAs(friend.generateDataKey({ KeyId: Arn, KeySpec: "AES_256", EncryptionContext }), "AccessDeniedException");
await refused(
  friend.encrypt({ KeyId: Arn, Plaintext, EncryptionContext, GrantTokens: ["no token"] }),
  InvalidGrantTokenException,
);

// The same name and fields are the same grant, with another token that does as well.
const again = await kms.createGrant({
  KeyId,
  GranteePrincipal,
  Operations: ["Encrypt", "Decrypt", "RetireGrant"],
  Constraints: { EncryptionContextSubset: { tenant: "blue" } },
  Name: "for-a-friend",
});
assert.equal(again.GrantId, grant.GrantId);
assert.notEqual(again.GrantToken, grant.GrantToken);
await friend.encrypt({ KeyId: Arn, Plaintext, EncryptionContext, GrantTokens: [again.GrantToken] });

const listed = (await kms.listGrants({ KeyId })).Grants;
assert.equal(listed.length, 1);
assert.equal(listed[0].KeyId, Arn);
assert.equal(listed[0].Name, "for-a-friend");
assert.equal(listed[0].GranteePrincipal, GranteePrincipal);
assert.deepEqual(listed[0].Constraints, { EncryptionContextSubset: { tenant: "blue" } });

// The grantee gives it back; the owner takes another back.
await friend.retireGrant({ KeyId: Arn, GrantId: grant.GrantId });
await refusedAs(friend.decrypt({ CiphertextBlob, EncryptionContext }), "AccessDeniedException");
const second = await kms.createGrant({
  KeyId,
  GranteePrincipal,
  Operations: ["DescribeKey"],
  RetiringPrincipal: GranteePrincipal,
});
assert.equal((await friend.describeKey({ KeyId: Arn })).KeyMetadata.KeyId, KeyId);
const retirable = (await friend.listRetirableGrants({ RetiringPrincipal: GranteePrincipal })).Grants;
assert.deepEqual(retirable.map((entry) => entry.GrantId), [second.GrantId]);
await kms.revokeGrant({ KeyId, GrantId: second.GrantId });
await refusedAs(friend.describeKey({ KeyId: Arn }), "AccessDeniedException");
await refused(kms.revokeGrant({ KeyId, GrantId: second.GrantId }), NotFoundException);

// Many, by pages.
const made = new Set();
for (let count = 0; count < 5; count += 1) {
  made.add((await kms.createGrant({ KeyId, GranteePrincipal, Operations: ["Encrypt"] })).GrantId);
}
const seen = [];
let pages = 0;
for await (const page of paginateListGrants({ client: kms, pageSize: 2 }, { KeyId })) {
  seen.push(...page.Grants.map((entry) => entry.GrantId));
  pages += 1;
}
assert.equal(pages, 3);
assert.equal(seen.length, 5);
assert.deepEqual(new Set(seen), made);
