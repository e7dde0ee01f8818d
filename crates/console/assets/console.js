
// What the console adds. Each page works without it.
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // What was wrong is read first.
  each("[data-focus]", (note) => note.focus());

  // A word at the foot of the page, for as long as it takes to read it; one that can be undone stays.
  const drawing = (name) => `<svg class="i" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  const dismissible = (toast) => {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.setAttribute("aria-label", "Dismiss");
    close.innerHTML = drawing("cross");
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    if (toast.querySelector("form")) return;
    setTimeout(() => { if (!toast.contains(document.activeElement)) toast.remove(); }, 10_000);
  };
  each("[data-toast]", dismissible);
  const toasts = () => {
    const found = document.querySelector(".toasts");
    if (found) return found;
    const made = document.createElement("div");
    made.className = "toasts";
    document.body.append(made);
    return made;
  };
  const notify = (text) => {
    each(".toast:not(:has(form))", (toast) => toast.remove());
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.innerHTML = `${drawing("check")}<span></span>`;
    toast.querySelector("span").textContent = text;
    toasts().append(toast);
    each("[data-live]", (live) => { live.textContent = text; });
    setTimeout(() => { toast.remove(); each("[data-live]", (live) => { live.textContent = ""; }); }, 2_000);
  };

  // Copying needs the clipboard, which browsers give to safe origins only.
  if (navigator.clipboard) {
    const copies = (button, text) => button.addEventListener("click", () =>
      navigator.clipboard.writeText(text()).then(() => notify("Copied"), () => {}));
    // A value becomes a button.
    each("span[data-copy]", (value) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = value.className;
      button.dataset.copy = value.dataset.copy;
      const label = document.createElement("span");
      label.className = "sr";
      label.textContent = `Copy ${value.dataset.what} `;
      button.append(label, ...value.childNodes);
      value.replaceWith(button);
      copies(button, () => button.dataset.copy);
    });
    // A text has a button: <button hidden data-copy-of="id">
    each("button[data-copy-of]", (button) => {
      button.hidden = false;
      copies(button, () => document.getElementById(button.dataset.copyOf).textContent);
    });
  }

  // A menu closes with Escape, and when somebody clicks elsewhere.
  each("details[data-menu]", (menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // Ask before what cannot be taken back:
  // <button data-confirm="Delete this group?" data-consequence="Its members …" data-confirm-yes="Delete group">
  each("button[data-confirm]", (button) => button.addEventListener("click", (event) => {
    if (button.dataset.sure) { delete button.dataset.sure; return; }
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "ask";
    const add = (tag, id, text) => {
      const part = document.createElement(tag);
      part.id = id;
      part.textContent = text;
      dialog.append(part);
    };
    add("h2", "ask-title", button.dataset.confirm);
    add("p", "ask-text", button.dataset.consequence);
    dialog.setAttribute("aria-labelledby", "ask-title");
    dialog.setAttribute("aria-describedby", "ask-text");
    const row = document.createElement("div");
    row.className = "buttons";
    const make = (label, style, act) => {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.className = `button ${style}`;
      choice.textContent = label;
      choice.addEventListener("click", act);
      row.append(choice);
    };
    make("Cancel", "quiet", () => dialog.close());
    make(button.dataset.confirmYes || button.textContent, "danger sure", () => {
      dialog.close();
      button.dataset.sure = "1";
      button.click();
    });
    dialog.append(row);
    dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  }));

  // Show what is hidden as dots: <button data-reveal="id" data-hide="Hide …">
  each("button[data-reveal]", (button) => {
    const target = document.getElementById(button.dataset.reveal);
    const show = button.textContent;
    button.hidden = false;
    target.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      target.hidden = !target.hidden;
      button.setAttribute("aria-expanded", String(!target.hidden));
      button.textContent = target.hidden ? show : button.dataset.hide;
    });
  });

  // Ask the server while typing: <input data-check="/console/…?prefix=" aria-describedby="…-live">
  each("input[data-check]", (input) => {
    const live = document.createElement("p");
    live.className = "hint";
    live.setAttribute("role", "status");
    input.closest(".field").append(live);
    let timer;
    let asked = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const turn = ++asked;
      live.textContent = "";
      if (!input.value.trim()) return;
      timer = setTimeout(async () => {
        // Nothing is said without an answer, or once the session is over.
        const url = input.dataset.check + encodeURIComponent(input.value.trim());
        const answer = await fetch(url, { headers: { accept: "text/plain" } }).catch(() => null);
        const text = answer && answer.ok && !answer.redirected ? await answer.text() : "";
        if (turn === asked) live.textContent = text;
      }, 250);
    });
  });

  // Read a file into a text area: <div hidden data-file-into="id"><input type="file"></div>
  each("[data-file-into]", (part) => {
    part.hidden = false;
    part.querySelector("input").addEventListener("change", async ({ target }) => {
      const area = document.getElementById(part.dataset.fileInto);
      if (area && target.files[0]) area.value = await target.files[0].text();
    });
  });

  // A choice that suggests others: <form data-preset="app=web>secret=yes app=phone>secret=no">
  const chosen = (rule) => {
    const [name, value] = rule.split("=");
    return document.querySelector(`input[name="${name}"][value="${value}"]`);
  };
  each("form[data-preset]", (form) => form.dataset.preset.split(" ").forEach((preset) => {
    const [asked, wanted] = preset.split(">").map(chosen);
    if (asked && wanted) asked.addEventListener("change", () => { wanted.checked = asked.checked; });
  }));

  // What matters with one choice only: <div data-when="mfa=ON mfa=OPTIONAL">
  const parts = [...document.querySelectorAll("[data-when]")];
  const follow = () => parts.forEach((part) => {
    part.hidden = !part.dataset.when.split(" ").some((rule) => chosen(rule)?.checked);
  });
  if (parts.length) { document.addEventListener("change", follow); follow(); }
})();
