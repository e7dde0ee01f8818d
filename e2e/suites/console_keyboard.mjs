// Five tasks in the console with the keyboard alone: what is needed can be reached with Tab, shows where the focus is,
// and is done with Enter, Space and arrows.

import assert from "node:assert/strict";
import { start, stop } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { news, work } from "../harness/console.mjs";
import { api, newName, newPool, newUser, url } from "../harness/server.mjs";

/** Name and look of what has the focus. */
function focused(page) {
  return page.evaluate(() => {
    const it = document.activeElement;
    const box = it.getBoundingClientRect();
    const style = getComputedStyle(it);
    const label = it.labels?.[0]?.innerText;
    const name = it.getAttribute("aria-label") ?? label ?? it.textContent;
    return {
      name: name.replace(/\s+/g, " ").trim(),
      seen: box.bottom > 0 && box.top < innerHeight && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    };
  });
}

/** Presses Tab until something of this name has the focus. */
async function reach(page, name) {
  const passed = [];
  for (let i = 0; i < 90; i += 1) {
    await page.keyboard.press("Tab");
    const it = await focused(page);
    passed.push(it.name);
    if (it.name !== name) continue;
    assert.ok(it.seen, `${name} does not show that it has the focus`);
    return;
  }
  throw new Error(`Tab does not reach ${name}: ${passed.join(" | ")}`);
}

/** Reaches something and presses Enter; waits for the page it leads to. */
async function go(page, name) {
  await reach(page, name);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
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
  const [first, second] = [newName("First"), newName("Second")];
  const pool = await newPool({ PoolName: first });
  await newPool({ PoolName: second });
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
    await go(page, "All user pools");
    await page.getByRole("heading", { level: 1, name: "User pools" }).waitFor();
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

await start();
try {
  await run();
} finally {
  await stop();
}
