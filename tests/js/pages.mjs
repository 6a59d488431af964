// Pages: what the paginators of the SDK gather is everything, once. In an account that nobody else uses.

import assert from "node:assert/strict";
import { InvalidMarkerException, paginateListAliases, paginateListKeys } from "@aws-sdk/client-kms";
import { refused, rootOf } from "./support.mjs";

const client = rootOf("200000000012");
const made = [];
for (let count = 0; count < 7; count += 1) {
  const { KeyMetadata } = await client.createKey({});
  made.push(KeyMetadata.KeyId);
  await client.createAlias({ AliasName: `alias/number-${count}`, TargetKeyId: KeyMetadata.KeyId });
}

const sizes = [];
const keys = [];
for await (const page of paginateListKeys({ client, pageSize: 3 }, {})) {
  sizes.push(page.Keys.length);
  keys.push(...page.Keys.map((entry) => entry.KeyId));
}
assert.deepEqual(sizes, [3, 3, 1]);
assert.deepEqual(keys.toSorted(), made.toSorted());

const targets = [];
for await (const page of paginateListAliases({ client, pageSize: 4 }, {})) {
  // Predefined names have no key before they are first used.
  targets.push(...page.Aliases.filter((alias) => alias.AliasName.startsWith("alias/number-")));
}
assert.deepEqual(targets.map((alias) => alias.TargetKeyId).toSorted(), made.toSorted());

const first = await client.listKeys({ Limit: 3 });
assert.equal(first.Truncated, true);
const Marker = `${first.NextMarker.slice(0, -4)}AAAA`;
await refused(client.listKeys({ Limit: 3, Marker }), InvalidMarkerException);
await refused(client.listKeys({ Marker: "of my own" }), InvalidMarkerException);
