// A browser without JavaScript: keeps cookies, follows redirects, fills in forms.

/**
 * One visitor with a cookie jar of their own; `onCookie` sees each Set-Cookie line, and redirects
 * between `origins` are followed as well as those that stay at one.
 */
export class Visitor {
  #onCookie;
  #origins;

  constructor(onCookie = () => {}, origins = []) {
    this.cookies = new Map();
    this.#onCookie = onCookie;
    this.#origins = origins;
  }

  /** Opens a URL and follows redirects as far as they stay where this visitor goes. */
  async open(target, options = {}) {
    let next = new URL(target);
    for (let hops = 0; hops < 12; hops += 1) {
      const answer = await fetch(next, { redirect: "manual", ...options, headers: this.#headers(options) });
      this.#keep(answer);
      const location = answer.headers.get("location");
      const page = new Page(this, next, answer, await answer.text());
      if (answer.status < 300 || answer.status >= 400 || !location) return page;
      const to = new URL(location, next);
      page.location = to;
      if (to.origin !== next.origin && !this.#origins.includes(to.origin)) return page;
      next = to;
      options = {};
    }
    throw new Error(`too many redirects from ${target}`);
  }

  #headers(options) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return { ...options.headers, ...(cookie && { cookie }) };
  }

  #keep(answer) {
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(";");
      const name = pair.slice(0, pair.indexOf("=")).trim();
      this.#onCookie(line);
      const gone = attributes.some((a) => /^\s*max-age=0$/i.test(a) || /expires=thu, 01 jan 1970/i.test(a));
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(pair.indexOf("=") + 1).trim());
    }
  }
}

/** What came back, and the forms on it. */
class Page {
  constructor(visitor, address, answer, text) {
    this.visitor = visitor;
    this.address = address;
    this.status = answer.status;
    this.headers = answer.headers;
    this.text = text;
    this.location = null;
  }

  /** Whether there is a form with this field. */
  has(field) {
    return this.#forms().some((form) => form.fields.has(field));
  }

  /** What is filled in already in the first form with this field. */
  value(field) {
    return this.#forms().find((form) => form.fields.has(field))?.fields.get(field);
  }

  /** Fills in the form that has all these fields and sends it. */
  async submit(values) {
    const names = Object.keys(values);
    const form = this.#forms().find((one) => names.every((name) => one.fields.has(name)));
    if (!form) {
      throw new Error(`no form with ${names.join(", ")} at ${this.address}: ${this.text.slice(0, 600)}`);
    }
    const body = new URLSearchParams([...form.fields, ...Object.entries(values)].reduce(
      (all, [name, value]) => all.set(name, value), new Map()));
    return this.#send(form, body);
  }

  #send(form, body) {
    const target = new URL(form.action || this.address, this.address);
    if (form.method === "get") return this.visitor.open(`${target.origin}${target.pathname}?${body}`);
    return this.visitor.open(target, {
      method: "POST",
      body: body.toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", origin: target.origin },
    });
  }

  /** Presses the button with this name and value, wherever it stands, and sends its form with these values. */
  async press(name, value, values = {}) {
    const tags = [...this.text.matchAll(/<button\b[^>]*>/gi)];
    const button = tags.find(([tag]) => attribute(tag, "name") === name && (attribute(tag, "value") ?? "") === value);
    if (!button) throw new Error(`no button ${name}=${value} at ${this.address}: ${this.text.slice(0, 600)}`);
    const id = attribute(button[0], "form");
    const form = this.#forms().find((one) => (id ? one.id === id : one.text.includes(button[0])));
    const sent = { ...Object.fromEntries(form.fields), ...values, [name]: value };
    for (const other of form.buttons.filter((it) => it !== name)) delete sent[other];
    return this.#send(form, new URLSearchParams(sent));
  }

  /** Follows the link whose address contains this text. */
  async follow(part) {
    const links = [...this.text.matchAll(/<a\b[^>]*\bhref="([^"]*)"/gi)].map((hit) => decode(hit[1]));
    const link = links.find((one) => one.includes(part));
    if (!link) throw new Error(`no link with ${part} at ${this.address}: ${links.join(" ")}`);
    return this.visitor.open(new URL(link, this.address));
  }

  #forms() {
    return [...this.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag, inner]) => ({
      action: attribute(tag, "action"),
      method: (attribute(tag, "method") ?? "get").toLowerCase(),
      fields: fieldsOf(inner),
      id: attribute(tag, "id"),
      text: inner,
      buttons: [...inner.matchAll(/<(?:input|button)\b[^>]*type="submit"[^>]*>/gi)].map(([one]) => attribute(one, "name")),
    }));
  }
}

// As a browser sends them when Enter is pressed: every field, and the first button only.
function fieldsOf(form) {
  let pressed = false;
  const fields = new Map();
  for (const [, element, tag] of form.matchAll(/<(input|button)\b([^>]*)>/gi)) {
    const type = attribute(tag, "type") ?? (element.toLowerCase() === "button" ? "submit" : "text");
    const name = attribute(tag, "name");
    if (type === "button" || (type === "submit" && pressed)) continue;
    pressed ||= type === "submit";
    if (name) fields.set(name, attribute(tag, "value") ?? "");
  }
  return fields;
}

function attribute(tag, name) {
  const hit = tag.match(new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i"));
  return hit ? decode(hit[1] ?? hit[2] ?? hit[3]) : null;
}

function decode(text) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, code) => {
    if (code[0] !== "#") return named[code] ?? whole;
    return String.fromCodePoint(code[1] === "x" ? parseInt(code.slice(2), 16) : Number(code.slice(1)));
  });
}
