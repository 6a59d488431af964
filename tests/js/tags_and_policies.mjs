// Tags, descriptions and key policies.

import assert from "node:assert/strict";
import {
  MalformedPolicyDocumentException,
  NotFoundException,
  TagException,
  paginateListResourceTags,
} from "@aws-sdk/client-kms";
import { kms, newKey, refused } from "./support.mjs";

const { KeyId, AWSAccountId } = await newKey({ Tags: [{ TagKey: "stage", TagValue: "test" }] });
const tags = async () => {
  const { Tags } = await kms.listResourceTags({ KeyId });
  return Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
};
assert.deepEqual(await tags(), { stage: "test" });
const added = [
  { TagKey: "stage", TagValue: "production" },
  { TagKey: "owner", TagValue: "" },
  { TagKey: "größe", TagValue: "ñ: =+-@" },
];
await kms.tagResource({ KeyId, Tags: added });
assert.deepEqual(await tags(), { stage: "production", owner: "", größe: "ñ: =+-@" });
const pages = [];
for await (const page of paginateListResourceTags({ client: kms, pageSize: 1 }, { KeyId })) {
  pages.push(page.Tags.length);
}
assert.deepEqual(pages, [1, 1, 1]);
await refused(kms.tagResource({ KeyId, Tags: [{ TagKey: "aws:mine", TagValue: "" }] }), TagException);
await kms.untagResource({ KeyId, TagKeys: ["owner", "größe", "never there"] });
assert.deepEqual(await tags(), { stage: "production" });

await kms.updateKeyDescription({ KeyId, Description: "changed" });
assert.equal((await kms.describeKey({ KeyId })).KeyMetadata.Description, "changed");

// The policy it was made with allows its account everything; another takes its place whole.
assert.deepEqual((await kms.listKeyPolicies({ KeyId })).PolicyNames, ["default"]);
const found = await kms.getKeyPolicy({ KeyId });
assert.equal(found.PolicyName, "default");
const [statement] = JSON.parse(found.Policy).Statement;
assert.deepEqual(statement.Principal, { AWS: `arn:aws:iam::${AWSAccountId}:root` });
assert.equal(statement.Action, "kms:*");
const Policy = JSON.stringify({
  Version: "2012-10-17",
  Id: "mine",
  Statement: [{ ...statement, Sid: "Owner" }],
});
await kms.putKeyPolicy({ KeyId, Policy });
assert.deepEqual(JSON.parse((await kms.getKeyPolicy({ KeyId })).Policy), JSON.parse(Policy));
await refused(kms.putKeyPolicy({ KeyId, Policy: "{" }), MalformedPolicyDocumentException);
const nobody = { Version: "2012-10-17", Statement: [{ ...statement, Action: "kms:Encrypt" }] };
await refused(kms.putKeyPolicy({ KeyId, Policy: JSON.stringify(nobody) }), MalformedPolicyDocumentException);
await refused(kms.getKeyPolicy({ KeyId, PolicyName: "other" }), NotFoundException);
