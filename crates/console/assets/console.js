
// What the console adds. Each page works without it.
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // What was wrong is read first.
  each("[data-focus]", (note) => note.focus());

  // On a phone the tab one is on may be out of sight.
  each(".tabs [aria-current], .top nav [aria-current]", (here) => {
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  });

  // Ask before what cannot be taken back: <button data-confirm="Delete the group?" data-confirm-yes="Delete">
  each("button[data-confirm]", (button) => button.addEventListener("click", (event) => {
    if (button.dataset.sure) { delete button.dataset.sure; return; }
    event.preventDefault();
    const dialog = document.createElement("dialog");
    const text = document.createElement("p");
    text.id = "confirm-text";
    text.textContent = button.dataset.confirm;
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
    make(button.dataset.confirmYes || button.textContent, "danger", () => {
      dialog.close();
      button.dataset.sure = "1";
      button.click();
    });
    dialog.setAttribute("aria-labelledby", text.id);
    dialog.append(text, row);
    dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  }));

  // Narrow a table to the rows that hold a text: <input data-filter="id-of-table">
  each("input[data-filter]", (input) => {
    const rows = [...document.querySelectorAll(`#${input.dataset.filter} tbody tr`)];
    input.closest("[data-with-script]")?.removeAttribute("hidden");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      rows.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
    });
  });

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
        const answer = await fetch(input.dataset.check + encodeURIComponent(input.value.trim()), { headers: { accept: "text/plain" } });
        const text = answer.ok ? await answer.text() : "";
        if (turn === asked) live.textContent = text;
      }, 250);
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
