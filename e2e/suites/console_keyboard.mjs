// Tasks in the console with the keyboard alone: what is needed can be reached with Tab, each stop shows that it has the
// focus, and all is done with Enter, Space and arrows. What is reached is named as it is read out.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { OPERATOR_PASSWORD, news, newOperator } from "../harness/console.mjs";
import { choose, focused, go, press, reach, type } from "../harness/keyboard.mjs";
import { api, newDevice, newName, newPool, newUser, url } from "../harness/server.mjs";

/** Lets a new administrator, who signs in without a mouse, do something on this page of the console. */
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

const title = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
const radio = (page, name) => page.getByRole("radio", { name, exact: true });

check("the first Tab offers to skip the rail", () => administer("/pools", async (page) => {
  await reach(page, "Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal((await focused(page)).name, "Quick form");
}));

check("a group is created, and a user added to it; that is taken back, and done again", async () => {
  const pool = await newPool();
  const { name } = await newUser(pool);
  const members = async () => {
    const { Users } = await api.listUsersInGroup({ UserPoolId: pool, GroupName: "staff" });
    return Users.map((user) => user.Username);
  };
  await administer(`/pools/${pool}`, async (page) => {
    await go(page, "Groups");
    await go(page, "Create group");
    await type(page, "Group name", "staff");
    await go(page, "Create group");
    await news(page, "has been created");
    await type(page, "User name", name);
    await go(page, "Add user to group");
    await news(page, "is now in the group");
    assert.deepEqual(await members(), [name]);
    await go(page, "Undo");
    await news(page, "Undone.");
    assert.deepEqual(await members(), []);
    await type(page, "User name", name);
    await go(page, "Add user to group");
    await news(page, "is now in the group");
    // What was said is put away.
    await press(page, "Dismiss");
    assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);
  });
  assert.deepEqual(await members(), [name]);
});

check("a user is found, disabled after a question, and enabled again", async () => {
  const pool = await newPool();
  const { name } = await newUser(pool);
  await administer(`/pools/${pool}/users`, async (page) => {
    await type(page, "Begins with", name.slice(0, 6));
    await go(page, "Search");
    await go(page, name);
    await press(page, "Disable user access");
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
  await administer(`/pools/${pool}`, async (page) => {
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
  await administer(`/pools/${pool}`, async (page) => {
    const menu = page.locator("details.switcher");
    const isOpen = () => menu.evaluate((it) => it.open);
    await press(page, menu.locator("summary"));
    assert.ok(await isOpen());
    await page.keyboard.press("Escape");
    assert.ok(!(await isOpen()));
    await page.keyboard.press("Enter");
    // The menu lists the first pools only, and other suites make pools too.
    await go(page, "Demo");
    await page.waitForURL((address) => address.pathname.startsWith("/console/pools/") && !address.pathname.includes(pool));
    await page.getByRole("banner").getByText("Demo").first().waitFor();
  });
});

check("an access key is created, and the list sorted by its name both ways", () => administer("/pools", async (page) => {
  await go(page, "Access keys");
  await go(page, "Create access key");
  await type(page, "Name", newName("key"));
  await go(page, "Create access key");
  await news(page, "has been created");
  for (const order of ["ascending", "descending"]) {
    await go(page, "Name");
    assert.equal(await page.locator(`th[aria-sort="${order}"]`).innerText(), "Name");
  }
}));

check("a user pool is made with the quick form", () => administer("/pools", async (page) => {
  const name = newName("Keys");
  await go(page, "Quick form");
  await choose(page, radio(page, "Machine-to-machine application"));
  await type(page, "Name your application", name);
  await press(page, "Create user directory", "Space");
  await page.getByText(`User pool "User pool - ${name}" has been created successfully.`).waitFor();
}));

check("the guide goes on, and back", () => administer("/pools/new", async (page) => {
  await press(page, "User name", "Space");
  await press(page, "Email", "Space");
  await go(page, "Next");
  await title(page, "Configure security requirements");
  await choose(page, radio(page, "No MFA"));
  await go(page, "Previous");
  await title(page, "Configure sign-in experience");
  assert.ok(await page.getByLabel("Email", { exact: true }).isChecked());
}));

check("Enter in a field of the guide goes on, and rows for attributes open one after the other", () =>
  administer("/pools/new", async (page) => {
    await press(page, "Email", "Space");
    await go(page, "Next");
    await title(page, "Configure security requirements");
    await choose(page, radio(page, "No MFA"));
    await go(page, "Next");
    await title(page, "Configure sign-up experience");
    await type(page, "Name", "plan");
    await press(page, "Add another");
    assert.equal((await focused(page)).name, "Attribute 2");
    await type(page, "Name", "team");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await title(page, "Configure message delivery");
    await go(page, "Next");
    await title(page, "Integrate your app");
    await type(page, "User pool name", newName("Entered"));
    await type(page, "App client name", "app");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await title(page, "Review and create");
    await page.getByText("custom:plan, custom:team").waitFor();
  }));

check("a user is created", async () => {
  const pool = await newPool();
  const name = newName();
  await administer(`/pools/${pool}/users`, async (page) => {
    await go(page, "Create user");
    await type(page, "User name", name);
    await choose(page, radio(page, "Generate a password"));
    await go(page, "Create user");
    await news(page, "has been created");
  });
  assert.equal((await api.adminGetUser({ UserPoolId: pool, Username: name })).Username, name);
});

check("a name is changed, and saved at the foot of the page", async () => {
  const pool = await newPool();
  const name = newName("Renamed");
  await administer(`/pools/${pool}/properties`, async (page) => {
    await go(page, "Edit: User pool name");
    await type(page, "User pool name", name);
    await go(page, "Save changes");
    await news(page, "has a new name");
  });
  assert.equal((await api.describeUserPool({ UserPoolId: pool })).UserPool.Name, name);
});

check("a group is deleted after a question", async () => {
  const pool = await newPool();
  await api.createGroup({ UserPoolId: pool, GroupName: "staff" });
  await administer(`/pools/${pool}/groups`, async (page) => {
    await go(page, "staff");
    await press(page, "Delete group");
    await page.getByRole("dialog", { name: "Delete staff?" }).waitFor();
    await go(page, "Delete group");
    await news(page, "deleted");
  });
  assert.deepEqual((await api.listGroups({ UserPoolId: pool })).Groups, []);
});

check("a device is forgotten after a question", async () => {
  const pool = await newPool({ DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: true } });
  const { name } = await newUser(pool);
  await newDevice(pool, name, "Laptop");
  await administer(`/pools/${pool}/users/${name}`, async (page) => {
    await go(page, "Devices");
    await press(page, "Forget Laptop");
    await page.getByRole("dialog", { name: "Forget Laptop?" }).waitFor();
    await go(page, "Forget");
    await page.getByText("No devices").waitFor();
  });
  assert.deepEqual((await api.adminListDevices({ UserPoolId: pool, Username: name })).Devices, []);
});

check("a function is set, and a test event says that it does not answer", async () => {
  const pool = await newPool();
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:migrate";
  await administer(`/pools/${pool}/extensions`, async (page) => {
    await go(page, "Edit: Lambda triggers");
    await type(page, "Migrate user – optional", arn);
    await go(page, "Save changes");
    await news(page, "have been saved");
    await go(page, "Migrate user");
    await go(page, "Send a test event");
    await page.getByRole("alert").waitFor();
  });
  assert.equal((await api.describeUserPool({ UserPoolId: pool })).UserPool.LambdaConfig.UserMigration, arn);
});

await start();
try {
  await run();
} finally {
  await stop();
}
