// Tasks in the console with the keyboard alone: what is needed can be reached with Tab, each stop shows that it has the
// focus, and all is done with Enter, Space and arrows.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { OPERATOR_PASSWORD, news, newOperator, work } from "../harness/console.mjs";
import { choose, focused, go, press, reach, type } from "../harness/keyboard.mjs";
import { api, newName, newPool, newUser, url } from "../harness/server.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true }).first();
const link = (page, name) => page.getByRole("link", { name, exact: true }).first();
const text = (page, name) => page.getByRole("textbox", { name, exact: true });

/** Lets a new administrator, who signed in without a mouse, do something on this page of the console. */
function administer(path, body) {
  return visit(async (page) => {
    const name = await newOperator("administrators");
    await page.goto(`${url}/console/sign-in?another=yes&next=${encodeURIComponent(`/console${path}`)}`);
    await type(page, page.locator('[name="username"]'), name);
    await type(page, page.locator('[name="password"]'), OPERATOR_PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${url}/console${path}**`);
    await body(page);
  });
}

check("the first Tab offers to skip the rail", () => work("administrators", async (page) => {
  await page.goto(`${url}/console/pools`);
  await reach(page, "Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal((await focused(page)).name, "Quick form");
}));

check("a group is created, and a user added to it", async () => {
  const pool = await newPool();
  const { name } = await newUser(pool);
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${pool}`);
    await go(page, "Groups");
    await go(page, "Create group");
    await reach(page, "Group name");
    await page.keyboard.type("staff");
    await go(page, "Create group");
    await news(page, "has been created");
    await reach(page, "User name");
    await page.keyboard.type(name);
    await go(page, "Add user to group");
    await news(page, "is now in the group");
  });
  const { Users } = await api.listUsersInGroup({ UserPoolId: pool, GroupName: "staff" });
  assert.deepEqual(Users.map((user) => user.Username), [name]);
});

check("a user is found, disabled after a question, and enabled again", async () => {
  const pool = await newPool();
  const { name } = await newUser(pool);
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${pool}/users`);
    await reach(page, "Begins with");
    await page.keyboard.type(name.slice(0, 6));
    await go(page, "Search");
    await go(page, name);
    await reach(page, "Disable user access");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: `Disable ${name}?` });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await focused(page)).name, "Disable user access");
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await go(page, "Disable user access");
    await news(page, "disabled");
    assert.equal((await api.adminGetUser({ UserPoolId: pool, Username: name })).Enabled, false);
    await go(page, "Enable user access");
    await news(page, "enabled");
  });
});

check("a setting is changed", async () => {
  const pool = await newPool();
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${pool}`);
    await go(page, "Sign-up experience");
    await go(page, "Edit: Self-service sign-up");
    await reach(page, "Enable self-registration");
    const before = await page.getByLabel("Enable self-registration").isChecked();
    await page.keyboard.press("Space");
    await go(page, "Save changes");
    await news(page, "saved");
    const { UserPool } = await api.describeUserPool({ UserPoolId: pool });
    assert.equal(UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly, before);
  });
});

check("another pool is chosen in the rail's menu, which Escape closes", async () => {
  const pool = await newPool();
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${pool}`);
    const menu = page.locator("details.switcher");
    await page.keyboard.press("Tab");
    for (let i = 0; i < 5 && !(await focused(page)).name.includes("Switch to another"); i += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    assert.ok(await menu.evaluate((it) => it.open));
    await page.keyboard.press("Escape");
    assert.ok(!(await menu.evaluate((it) => it.open)));
    await page.keyboard.press("Enter");
    // The menu lists the first pools only, and other suites make pools too.
    await go(page, "Demo");
    await page.waitForURL((address) => address.pathname.startsWith("/console/pools/") && !address.pathname.includes(pool));
    await page.getByRole("banner").getByText("Demo").first().waitFor();
  });
});

check("an access key is created, and the list sorted by its name", () => work("administrators", async (page) => {
  await page.goto(`${url}/console/pools`);
  await go(page, "Access keys");
  await go(page, "Create access key");
  await reach(page, "Name");
  await page.keyboard.type(newName("key"));
  await go(page, "Create access key");
  await news(page, "has been created");
  await go(page, "Name");
  assert.equal(await page.locator('th[aria-sort="ascending"]').innerText(), "Name");
}));

check("a user pool is made with the quick form", () => administer("/pools", async (page) => {
  const name = newName("Keys");
  await press(page, link(page, "Quick form"));
  await page.waitForURL("**/pools/quick");
  await choose(page, page.getByRole("radio", { name: "Machine-to-machine application" }));
  await type(page, text(page, "Name your application"), name);
  await press(page, button(page, "Create user directory"), "Space");
  await page.getByText(`User pool "User pool - ${name}" has been created successfully.`).waitFor();
}));

check("the guide goes on, and back", () => administer("/pools/new", async (page) => {
  await press(page, page.getByLabel("User name", { exact: true }), "Space");
  await press(page, page.getByLabel("Email", { exact: true }), "Space");
  await press(page, button(page, "Next"));
  await page.getByRole("heading", { level: 1, name: "Configure security requirements" }).waitFor();
  await choose(page, page.getByRole("radio", { name: "No MFA", exact: true }));
  await press(page, button(page, "Previous"));
  await page.getByRole("heading", { level: 1, name: "Configure sign-in experience" }).waitFor();
  assert.ok(await page.getByLabel("Email", { exact: true }).isChecked());
}));

check("a user is created", async () => {
  const pool = await newPool();
  const name = newName();
  await administer(`/pools/${pool}/users`, async (page) => {
    await press(page, link(page, "Create user"));
    await page.waitForURL("**/users/new");
    await type(page, text(page, "User name"), name);
    await choose(page, page.getByRole("radio", { name: "Generate a password" }));
    await press(page, button(page, "Create user"));
    await news(page, "has been created");
  });
  assert.equal((await api.adminGetUser({ UserPoolId: pool, Username: name })).Username, name);
});

check("a name is changed, and saved at the foot of the page", async () => {
  const pool = await newPool();
  const name = newName("Renamed");
  await administer(`/pools/${pool}/properties`, async (page) => {
    await press(page, page.locator('a[href$="/properties/name"]'));
    await page.waitForURL("**/properties/name");
    await type(page, page.locator('main [name="name"]'), name);
    await press(page, button(page, "Save changes"));
    await news(page, "has a new name");
  });
  assert.equal((await api.describeUserPool({ UserPoolId: pool })).UserPool.Name, name);
});

check("a group is deleted after a question", async () => {
  const pool = await newPool();
  await api.createGroup({ UserPoolId: pool, GroupName: "staff" });
  await administer(`/pools/${pool}/groups`, async (page) => {
    await press(page, link(page, "staff"));
    await press(page, button(page, "Delete group"));
    await press(page, page.getByRole("dialog").getByRole("button", { name: "Delete group" }));
    await news(page, "deleted");
  });
  assert.deepEqual((await api.listGroups({ UserPoolId: pool })).Groups, []);
});

await start();
try {
  await run();
} finally {
  await stop();
}
