/* Explanations: finds titles, opens them, and ties each span of a title to its place in the source.

   Each article.title holds its spans and details as JSON, which is read when it comes near the
   window or is asked about. A span of the title and the marks of its source carry the same number;
   pointing at one lights up the other. Everything is put in as text, never as mark-up. */
(() => {
  "use strict";
  const AROUND = 60;  // characters on either side of a span that is pointed at
  const LABELS = JSON.parse(document.getElementById("labels").textContent);
  const list = document.getElementById("titles");
  const articles = [...list.querySelectorAll("article.title")];
  const tip = document.getElementById("tip");

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  };
  const read = (article) =>
    (article.read ||= JSON.parse(article.querySelector("script").textContent));
  const section = (title, ...children) => make("section", {}, make("h3", {}, title), ...children);

  // The title's spans, put in when it comes near the window

  const dress = (article) => {
    if (article.dressed) return;
    article.dressed = true;
    const details = read(article);
    article.querySelector("h2").replaceChildren(...details.title.map(([text, [number]]) =>
      number === undefined ? text
        : make("span", { class: "w " + details.spans[number].class, "data-span": number }, text)));
  };
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) {
      dress(entry.target);
      near.unobserve(entry.target);
    }
  }, { rootMargin: "600px" });
  for (const article of articles) near.observe(article);

  // Details

  const marked = (pieces) => pieces.map(([text, spans]) =>
    spans.length ? make("mark", { "data-spans": spans.join(" ") }, text) : text);

  const evidence = (details) => {
    const fields = make("dl", { class: "fields" });
    for (const field of details.fields)
      fields.append(make("dt", {}, field.name), make("dd", { dir: "auto" }, ...marked(field.pieces)));
    const others = details.spans.filter((span) => !("in" in span) || span.note);
    const notes = others.map((span) => make("li", {}, "“" + span.text + "”" + LABELS.colon,
      [span.kind, span.field, "in" in span ? "" : span.source].filter(Boolean).join(" · "),
      span.note ? make("span", { class: "muted" }, " (" + span.note + ")") : ""));
    const found = section(LABELS.evidence, fields, notes.length ? make("ul", {}, ...notes) : "",
      make("p", { class: "told", "aria-live": "polite" }));
    found.classList.add("whole");
    return found;
  };

  const score = (details) => {
    const largest = Math.max(...details.parts.map((part) => Math.abs(part.value)), 1e-9);
    const rows = details.parts.map((part) => {
      const bar = make("span", { class: part.value < 0 ? "part less" : "part" });
      bar.style.width = (100 * Math.abs(part.value)) / largest + "%";
      return make("tr", {}, make("th", { scope: "row" }, part.name), make("td", {}, bar),
        make("td", { class: "n", "data-value": part.value }, part.value.toFixed(3)),
        make("td", { class: "n muted" }, part.quality || ""),
        make("td", { class: "why muted" }, part.why));
    });
    const head = make("tr", {}, make("th", { scope: "col" }, LABELS.quality), make("td"),
      make("th", { scope: "col", class: "n" }, LABELS.adds),
      make("th", { scope: "col", class: "n" }, LABELS.value),
      make("th", { scope: "col", class: "why" }, LABELS.why));
    const foot = make("tr", {}, make("th", { scope: "row" }, LABELS.total), make("td"),
      make("td", { class: "n" }, details.score), make("td"), make("td", { class: "why" }));
    const table = make("table", { class: "parts" }, make("thead", {}, head),
      make("tbody", {}, ...rows), make("tfoot", {}, foot));
    return section(LABELS.score, make("div", { class: "scroll" }, table));
  };

  const changes = (details) =>
    section(LABELS.changes, make("ul", {}, ...details.changes.map((text) => make("li", {}, text))));

  const rivals = (details) => section(LABELS.rivals, make("ol", {}, ...details.rivals.map((one) =>
    make("li", {}, one.place + ". ", make("span", { dir: "auto" }, one.text), " ",
      make("b", {}, one.score), make("div", { class: "muted" }, one.why)))));

  const fallen = (details) => section(LABELS.fallen, make("ul", {}, ...details.fallen.map((one) =>
    make("li", {}, make("span", { dir: "auto" }, one.text), make("div", { class: "muted" }, one.why)))));

  const rules = (details) => section(LABELS.rules, make("ul", {}, ...details.rules.map((one) =>
    make("li", {}, make("span", { class: "badge " + one.class }, one.state), " ", one.text,
      make("div", { class: "muted" }, one.url
        ? make("a", { href: one.url, rel: "noopener noreferrer", target: "_blank" }, one.rule)
        : one.rule, one.read ? ", " + one.read : "")))));

  const build = (details) => make("div", { class: "details" },
    make("p", { class: "whole muted" }, LABELS.before + LABELS.colon, make("span", { dir: "auto" }, details.before)),
    evidence(details),
    details.parts.length ? score(details) : "",
    changes(details),
    details.rivals.length ? rivals(details) : "",
    details.fallen.length ? fallen(details) : "",
    details.rules.length ? rules(details) : "");

  const open = (article, wanted) => {
    dress(article);
    article.querySelector(".open").setAttribute("aria-expanded", wanted);
    let details = article.querySelector(".details");
    if (wanted && !details) article.append(details = build(read(article)));
    if (details) details.hidden = !wanted;
    for (const word of article.querySelectorAll("h2 .w"))
      wanted ? word.setAttribute("tabindex", 0) : word.removeAttribute("tabindex");
  };
  const isOpen = (article) =>
    article.querySelector(".open").getAttribute("aria-expanded") === "true";

  // Spans and their sources

  const numbers = (element) =>
    (element.dataset.span || element.dataset.spans).split(" ").map(Number);

  const light = (article, wanted) => {
    for (const element of article.querySelectorAll("[data-span], [data-spans]"))
      element.classList.toggle("on", numbers(element).some((number) => wanted.includes(number)));
    const told = article.querySelector(".told");
    if (told) told.textContent = wanted.map((number) => say(read(article).spans[number])).join(" / ");
  };
  const say = (span) =>
    ["“" + span.text + "” ← " + (span.source ? "“" + span.source + "”" : "–"), span.kind, span.field, span.note]
      .filter(Boolean).join(" · ");

  const around = (details, number) => {
    const span = details.spans[number];
    if (!("in" in span)) return span.source ? [make("mark", { class: "on" }, span.source)] : [];
    const pieces = details.fields[span.in].pieces, here = ([, spans]) => spans.includes(number);
    const text = (some) => some.map(([piece]) => piece).join("");
    const first = pieces.findIndex(here), last = pieces.findLastIndex(here);
    const before = text(pieces.slice(0, first)), after = text(pieces.slice(last + 1));
    return [(before.length > AROUND ? "…" : "") + before.slice(-AROUND),
      make("mark", { class: "on" }, text(pieces.slice(first, last + 1))),
      after.slice(0, AROUND) + (after.length > AROUND ? "…" : "")];
  };
  const show = (word, details, number) => {
    const span = details.spans[number];
    tip.replaceChildren(make("b", {}, [span.kind, span.field].filter(Boolean).join(" · ")),
      ...around(details, number), span.note ? make("span", { class: "muted" }, " (" + span.note + ")") : "");
    tip.hidden = false;
    const at = word.getClientRects()[0], box = tip.getBoundingClientRect();
    const above = at.bottom + 8 + box.height > innerHeight && at.top > box.height + 8;
    tip.style.left = Math.max(12, Math.min(at.left, innerWidth - box.width - 12)) + "px";
    tip.style.top = (above ? at.top - box.height - 8 : at.bottom + 8) + "px";
  };
  const hide = () => { tip.hidden = true; };

  const point = (event) => {
    const element = event.target.closest("[data-span], [data-spans]");
    hide();
    if (!element) return;
    const article = element.closest("article");
    light(article, numbers(element));
    if (element.dataset.span && !isOpen(article)) show(element, read(article), +element.dataset.span);
  };
  const bring = (article) => {
    const mark = article.querySelector("mark.on");
    const field = mark && mark.closest("dd");
    if (field) field.scrollTop += mark.getBoundingClientRect().top - field.getBoundingClientRect().top - 60;
  };

  list.addEventListener("pointerover", point);
  list.addEventListener("focusin", (event) => {
    point(event);
    if (event.target.dataset.span) bring(event.target.closest("article"));
  });
  list.addEventListener("pointerleave", hide);
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  list.addEventListener("click", (event) => {
    const button = event.target.closest(".open");
    if (button) {
      const article = button.closest("article");
      hide();
      open(article, !isOpen(article));
      return;
    }
    const word = event.target.closest("h2 .w");
    if (!word) return;
    const article = word.closest("article");
    open(article, true);
    hide();
    light(article, numbers(word));
    bring(article);
  });

  // Finding

  const count = document.getElementById("count");
  const search = document.getElementById("search"), flag = document.getElementById("flag");
  const number = new Intl.NumberFormat("en");
  const searched = (article) => (article.searched ||= [read(article).before,
    article.querySelector("h2").textContent, article.querySelector(".id").textContent,
    ...read(article).rivals.map((one) => one.text)].join("\n").toLowerCase());
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const article of articles) {
      const text = words.length ? searched(article) : "";
      const fits = (!flag.value || article.dataset.flags.split(" ").includes(flag.value))
        && words.every((word) => text.includes(word));
      if (article.hidden === fits) article.hidden = !fits;
      shown += fits;
    }
    document.getElementById("nothing").hidden = shown > 0;
    count.textContent = LABELS.showing.replace("{shown}", number.format(shown))
      .replace("{all}", number.format(articles.length));
  };
  search.addEventListener("input", filter);
  flag.addEventListener("change", filter);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  filter();
  const asked = location.hash.startsWith("#row-") && document.getElementById(location.hash.slice(1));
  if (asked || articles.length === 1) open(asked || articles[0], true);
})();
