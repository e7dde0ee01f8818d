// Operators manage users, groups and each other in Chromium; a read-only operator can change nothing, whatever is
// sent.

import assert from "node:assert/strict";
import { inspect, start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { OPERATORS, OPERATOR_PASSWORD, enter, news, newOperator, press, sendHosted, work } from "../harness/console.mjs";
import { PASSWORD, api, newEmail, newName, newPool, newUser, url } from "../harness/server.mjs";

const STRANGE = "ann/b+c?d#e%2F";

check("an administrator creates, edits, disables and deletes a user", async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ["email"] });
  const email = newEmail();
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${pool}`);
    await page.getByRole("navigation", { name: "User pool" }).getByRole("link", { name: "Users" }).click();
    await inspect(page, "console-users-none");
    await page.getByRole("link", { name: "Create user" }).click();
    await page.getByLabel("Generate a password").check();
    await press(page, "Create user");
    await page.getByRole("alert").filter({ hasText: "Enter a user name." }).waitFor()
      .catch(() => page.locator("#f-username:invalid").waitFor());
    await inspect(page, "console-user-new");
    await page.getByLabel("User name").fill(STRANGE);
    await page.getByLabel("Email address", { exact: true }).fill(email);
    await page.getByLabel("Mark email address as verified").check();
    await press(page, "Create user");
    await news(page, "has been created");
    await page.getByText("shown once").waitFor();
    await inspect(page, "console-user-made");
    await page.reload();
    assert.equal(await page.getByText("shown once").count(), 0);

    await page.getByRole("link", { name: "Edit attributes" }).click();
    await inspect(page, "console-user-attributes");
    await page.getByLabel("given_name").fill("Ann");
    await press(page, "Save changes");
    await news(page, "saved");
    await page.getByRole("cell", { name: "Ann", exact: true }).waitFor();
    await press(page, "Delete given_name", "Delete");
    await news(page, "given_name has been deleted");

    await page.getByRole("link", { name: "Set password" }).click();
    await inspect(page, "console-user-password");
    await page.getByLabel("Permanent").check();
    await page.locator('[name="password"]').fill(PASSWORD);
    await press(page, "Set password");
    await news(page, "The password has been set");
    await press(page, "Sign out everywhere");
    await news(page, "signed out everywhere");

    await page.goto(`${url}/console/pools/${pool}/users`);
    await page.getByLabel("Search by").selectOption("email");
    await page.getByLabel("Begins with").fill(email.slice(0, 8));
    await press(page, "Search");
    await inspect(page, "console-users");
    await page.getByRole("link", { name: STRANGE }).click();
    await press(page, "Disable user access", "Disable user access");
    await news(page, "disabled");
    await inspect(page, "console-user-disabled");
    await press(page, "Delete user", "Delete user");
    await news(page, "has been deleted");
  });
  const { Users } = await api.listUsers({ UserPoolId: pool });
  assert.deepEqual(Users, []);
});

check("groups are made, filled from both sides, and deleted", async () => {
  const pool = await newPool();
  const { name } = await newUser(pool);
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${pool}/groups`);
    await inspect(page, "console-groups-none");
    await page.getByRole("link", { name: "Create group" }).click();
    await inspect(page, "console-group-new");
    await page.getByLabel("Group name").fill("staff");
    await page.getByLabel("Precedence – optional").fill("4");
    await press(page, "Create group");
    await news(page, "has been created");
    await page.getByLabel("User name").fill(name);
    await press(page, "Add user to group");
    await news(page, "is now in the group");
    await inspect(page, "console-group");
    await page.getByRole("link", { name }).click();
    await press(page, "Remove from staff");
    await news(page, "no longer in the group");
    await page.getByLabel("Add to group").selectOption("staff");
    await press(page, "Add user to group");
    await news(page, "is now in the group");
    await page.getByRole("link", { name: "staff" }).click();
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByLabel("Description – optional").fill("Those who work here");
    await press(page, "Save changes");
    await page.getByText("Those who work here").waitFor();
    await press(page, "Delete group", "Delete group");
    await page.getByText("No groups yet").waitFor();
  });
});

check("an operator is added, signs in with the password shown once, and is shut out again", async () => {
  const name = newName("new");
  await work("administrators", async (page, { context }) => {
    await page.getByRole("link", { name: "Operators" }).click();
    await inspect(page, "console-operators");
    await page.getByRole("link", { name: "Add operator" }).click();
    await inspect(page, "console-operator-new");
    await page.getByLabel("User name").fill(name);
    await page.getByLabel("Email address").fill(newEmail());
    await press(page, "Add operator");
    await news(page, "has been added");
    await inspect(page, "console-operator-added");
    const password = await page.locator("#shown-once dd code").last().innerText();

    const other = await context.browser().newContext();
    const tab = await other.newPage();
    await tab.goto(`${url}/console/operators`);
    await tab.getByRole("link", { name: "Sign in as another operator" }).click();
    await sendHosted(tab, { username: name, password });
    await sendHosted(tab, { new_password: OPERATOR_PASSWORD, confirm_password: OPERATOR_PASSWORD });
    await tab.waitForURL("**/console/operators");
    await tab.getByText(`${name} · read-only`).waitFor();

    // Tokens say when they were issued in whole seconds.
    await page.waitForTimeout(1100);
    await press(page, "Sign out everywhere");
    await news(page, "signed out everywhere");
    await tab.reload();
    await tab.waitForURL("**/console/sign-in?**");
    await other.close();
    await press(page, "Delete operator", "Delete operator");
    await news(page, "has been deleted");
  });
});

check("nobody takes their own access away, not even with a form sent by hand", async () => {
  await work("administrators", async (page, { name }) => {
    await page.goto(`${url}/console/operators/${name}`);
    await inspect(page, "console-operator-self");
    assert.equal(await page.getByRole("button", { name: "Delete operator" }).count(), 0);
    const token = await page.locator('[name="_csrf"]').first().inputValue();
    for (const [action, form] of [["disable", {}], ["delete", {}], ["role", { role: "read-only" }]]) {
      const answer = await page.request.post(`${url}/console/operators/${name}/${action}`, {
        form: { _csrf: token, ...form }, headers: { origin: url },
      });
      assert.equal(answer.status(), 200, action);
      assert.match(await answer.text(), /your own access/);
    }
    await page.reload();
    await page.getByText(`${name} · administrator`).waitFor();
  });
});

check("access keys, audit log, messages, inbox and the server's page", async () => {
  await work("administrators", async (page, { name }) => {
    await page.getByRole("link", { name: "Access keys" }).click();
    await page.getByRole("link", { name: "Create access key" }).click();
    await inspect(page, "console-access-key-new");
    const key = newName("key");
    await page.getByLabel("Name").fill(key);
    await press(page, "Create access key");
    await news(page, "has been created");
    await inspect(page, "console-access-keys");
    await press(page, `Disable ${key}`);
    await news(page, "disabled");
    await press(page, `Delete ${key}`, "Delete access key");
    await news(page, "deleted");

    await page.getByRole("link", { name: "Server", exact: true }).click();
    await inspect(page, "console-server");
    const to = newEmail();
    await page.getByLabel("Send a test mail to").fill(to);
    await press(page, "Send a test mail");
    await news(page, to);
    await page.getByRole("rowheader", { name: to }).waitFor();
    await inspect(page, "console-messages");
    await page.getByRole("link", { name: "Inbox" }).click();
    await page.getByRole("row").filter({ hasText: to }).getByRole("link").click();
    await page.getByText("Its mail works").waitFor();
    await inspect(page, "console-message");
    await page.goBack();
    await inspect(page, "console-inbox");

    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("row").filter({ hasText: "SendTestMail" }).filter({ hasText: name }).first().waitFor();
    await page.locator("summary").first().click();
    await inspect(page, "console-audit");
  });
});

/** Every change of these rooms, with a form that an administrator would send. */
function changes(pool, name, group, administrator) {
  const made = { username: newName(), email: newEmail(), password_source: "generate", role: "administrators" };
  const user = `/console/pools/${pool}/users`;
  const groups = `/console/pools/${pool}/groups`;
  const operator = `/console/operators/${administrator}`;
  const all = (base, actions, form = {}) => actions.map((action) => [`${base}/${action}`, form]);
  return [
    [`${user}/new`, made],
    ...all(`${user}/${name}`, ["enable", "disable", "confirm", "reset-password", "sign-out", "software-token/delete"]),
    [`${user}/${name}/attributes`, { "a.name": "x" }],
    [`${user}/${name}/attributes/delete`, { attribute: "email" }],
    [`${user}/${name}/password`, { ...made, kind: "permanent" }],
    [`${user}/${name}/mfa`, { methods: "EMAIL_OTP", preferred: "EMAIL_OTP" }],
    ...all(`${user}/${name}/groups`, ["add", "remove"], { group }),
    [`${groups}/new`, { name: newName() }],
    ...all(`${groups}/${group}`, ["edit", "delete"], { description: "x" }),
    ...all(`${groups}/${group}/members`, ["add", "remove"], { user: name }),
    ["/console/operators/new", made],
    ...all(operator, ["role", "password", "sign-out", "enable", "disable", "delete", "software-token/delete"], made),
    ["/console/access-keys/new", { name: "x" }],
    ["/console/inbox/empty", {}],
    ["/console/server/test-mail", { to: newEmail() }],
  ];
}

check("a read-only operator sees every page, no button, and is refused whatever is sent", async () => {
  const pool = await newPool();
  const { name } = await newUser(pool);
  await api.createGroup({ UserPoolId: pool, GroupName: "staff" });
  await api.adminAddUserToGroup({ UserPoolId: pool, Username: name, GroupName: "staff" });
  const administrator = await newOperator("administrators");
  const before = await state(pool, administrator);
  await work("read-only", async (page) => {
    const pages = [
      `/pools/${pool}/users`, `/pools/${pool}/users/${name}`, `/pools/${pool}/groups`, `/pools/${pool}/groups/staff`,
      "/operators", `/operators/${administrator}`, "/inbox", "/messages", "/audit", "/access-keys", "/server",
    ];
    for (const path of pages) {
      const answer = await page.goto(`${url}/console${path}`);
      assert.equal(answer.status(), 200, path);
      const posts = await page.locator('form[method="post"]').evaluateAll((forms) =>
        forms.map((form) => new URL(form.action).pathname));
      assert.deepEqual(posts, ["/console/sign-out"], path);
      await inspect(page, `console-reader${path.replaceAll("/", "-").replace(pool, "pool").replace(name, "one")}`);
    }
    const token = await page.locator('[name="_csrf"]').first().inputValue();
    for (const [path, form] of changes(pool, name, "staff", administrator)) {
      const answer = await page.request.post(`${url}${path}`, {
        form: { _csrf: token, ...form }, headers: { origin: url }, maxRedirects: 0,
      });
      assert.equal(answer.status(), 403, `${path}: ${(await answer.text()).slice(0, 2000)}`);
      assert.match(await answer.text(), /change nothing/, path);
    }
  });
  assert.deepEqual(await state(pool, administrator), before);
});

/** What a refused change would have changed. */
async function state(pool, administrator) {
  const of = async (promise) => {
    const { $metadata, ...rest } = await promise;
    return JSON.stringify(rest);
  };
  return [
    await of(api.listUsers({ UserPoolId: pool })),
    await of(api.listGroups({ UserPoolId: pool })),
    await of(api.listUsersInGroup({ UserPoolId: pool, GroupName: "staff" })),
    await of(api.adminGetUser({ UserPoolId: OPERATORS, Username: administrator })),
  ];
}

check("a session ends in every browser when its operator is disabled", async () => {
  const name = await newOperator("administrators");
  await visit(async (page) => {
    await enter(page, name);
    await api.adminDisableUser({ UserPoolId: OPERATORS, Username: name });
    await page.goto(`${url}/console/operators`);
    await page.waitForURL((address) => !address.pathname.startsWith("/console/operators"));
    assert.equal(await page.getByText(`${name} · administrator`).count(), 0);
  });
});

await start();
try {
  await run();
} finally {
  await stop();
}
