// What makes the pages pleasanter. Each of them works without.
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const announce = (text) => each("[data-live]", (live) => { live.textContent = text; });

  // Show and hide a password.
  const eye = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="3"/><path class="off" d="M4 20 20 4"/></svg>';
  each("input[data-show]", (input) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "peek";
    button.innerHTML = eye;
    const set = (shown) => {
      input.type = shown ? "text" : "password";
      button.classList.toggle("on", shown);
      button.setAttribute("aria-label", shown ? input.dataset.hide : input.dataset.show);
    };
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => { set(input.type === "password"); input.focus(); });
    // So that browsers never keep it as an ordinary text.
    input.form.addEventListener("submit", () => set(false));
    set(false);
    input.after(button);
  });

  // Tick the rules of a new password while it is typed.
  const symbols = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S \S/;
  const checks = {
    length: (text, min) => [...text].length >= Number(min),
    upper: (text) => /[A-Z]/.test(text),
    lower: (text) => /[a-z]/.test(text),
    number: (text) => /[0-9]/.test(text),
    symbol: (text) => symbols.test(text),
  };
  each("[data-rules]", (list) => {
    const input = document.getElementById(list.dataset.rules);
    list.classList.add("live");
    const rules = [...list.querySelectorAll("[data-check]")];
    const states = rules.map((rule) => {
      const state = document.createElement("span");
      state.className = "sr";
      rule.append(state);
      return state;
    });
    const tick = () => rules.forEach((rule, i) => {
      const met = checks[rule.dataset.check](input.value, list.dataset.min);
      rule.classList.toggle("met", met);
      states[i].textContent = met ? ` (${list.dataset.met})` : "";
    });
    input.addEventListener("input", tick);
    tick();
  });

  // Codes are often pasted with spaces. A whole one sends itself if it is all there is to fill in, and none is offered
  // again after Back.
  each("input.code", (input) => {
    const length = Number(input.dataset.cells) || Infinity;
    const alone = input.form.querySelectorAll("input:not([type=hidden], [hidden])").length === 1;
    input.removeAttribute("maxlength");
    addEventListener("pagehide", () => { input.value = ""; });
    input.addEventListener("input", () => {
      const code = input.value.replace(/\s+/g, "").slice(0, length);
      if (code !== input.value) input.value = code;
      if (!alone || code.length < length || !/^\d+$/.test(code)) return;
      setTimeout(() => { if (input.value === code && !idle.has(input.form)) input.form.requestSubmit(); }, 200);
    });
  });

  // Send a form once, and say so when the answer takes longer than 300 ms.
  const label = (button, text) => { if (button.tagName === "INPUT") button.value = text; else button.textContent = text; };
  const idle = new Map();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (idle.has(form)) { event.preventDefault(); return; }
    const said = button && button.dataset.busy ? button.value || button.textContent : null;
    const timer = setTimeout(() => {
      if (said === null) return;
      button.setAttribute("aria-disabled", "true");
      button.classList.add("busy");
      label(button, button.dataset.busy);
      announce(button.dataset.busy);
    }, 300);
    idle.set(form, () => {
      clearTimeout(timer);
      if (said === null) return;
      button.removeAttribute("aria-disabled");
      button.classList.remove("busy");
      label(button, said);
    });
  });
  addEventListener("pageshow", () => { idle.forEach((reset) => reset()); idle.clear(); });

  // Count down to the next code.
  each("button[data-wait]", (button) => {
    const said = button.textContent;
    const until = Date.now() + Number(button.dataset.wait) * 1000;
    button.disabled = true;
    each("[data-waiting]", (note) => note.remove());
    const count = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? button.dataset.waitText.replace("{n}", left) : said;
      if (left > 0) setTimeout(count, 250);
    };
    count();
  });

  // Copy buttons need the clipboard, which browsers give to safe origins only.
  if (navigator.clipboard) {
    each("button[data-copy]", (button) => {
      const said = button.textContent;
      button.hidden = false;
      button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy).then(() => {
        button.textContent = button.dataset.copied;
        announce(button.dataset.copied);
        setTimeout(() => { button.textContent = said; announce(""); }, 1600);
      }, () => {}));
    });
  }

  // Times in the reader's zone, named. A line breaks between date and time only.
  each("time[datetime]", (time) => {
    const at = new Date(time.dateTime);
    const parts = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).formatToParts(at);
    const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: "short" }).formatToParts(at).find((part) => part.type === "timeZoneName");
    const hour = parts.findIndex((part) => part.type === "hour");
    const kept = parts.map(({ value }, i) => i === hour - 1 ? value : value.replaceAll(" ", "\u00a0"));
    time.textContent = kept.join("") + (zone ? `\u00a0${zone.value}` : "");
  });
})();
