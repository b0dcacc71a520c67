// One conversation with the record. Words of articles only ever become text, never markup.

const $ = (id) => document.getElementById(id);
const conversation = { id: "", stop: null };

function node(name, about = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(about)) {
    if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...inside);
  return made;
}

// What is asked of the server ---------------------------------------------------------------------------------

async function call(path, about = {}) {
  const token = sessionStorage.getItem("token");
  const headers = { "Content-Type": "application/json", ...about.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { ...about, headers });
  if (answer.ok) return answer;
  if (answer.status === 401) letIn();
  const body = await answer.json().catch(() => ({}));
  throw new Error(body.error?.message ?? `The server says ${answer.status}.`);
}

async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += value;
    const whole = waiting.split("\n\n");
    waiting = whole.pop();
    for (const one of whole) {
      const [, name, data] = one.match(/^event: (\S+)\ndata: (.*)$/) ?? [];
      if (name) yield [name, JSON.parse(data)];
    }
  }
}

// How it is shown ---------------------------------------------------------------------------------------------

function day(iso) {
  if (!iso) return "";
  return new Date(`${iso.slice(0, 10)}T00:00:00Z`).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
}

function change(article) {
  const when = day(article.updated);
  if (article.article_status !== "current") return `${article.article_status} ${when}`.trim();
  return when && when !== day(article.published) ? `updated ${when}` : "";
}

function link(article) {
  const title = article.title || article.url || article.article_id;
  const url = URL.canParse(article.link || article.url) ? new URL(article.link || article.url) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return `“${title}”`;
  return node("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, `“${title}”`);
}

function about(article) {
  const parts = [article.source, link(article), day(article.published), pages(article)].filter(Boolean);
  const line = node("span", {}, ...parts.flatMap((part, n) => (n ? [", ", part] : [part])));
  const changed = change(article);
  if (changed) line.append(" ", node("span", { className: "change" }, `(${changed})`));
  if (article.note) line.append(" ", node("span", { className: "note" }, article.note));
  return line;
}

function pages(article) {
  if (!article.page) return "";
  return article.page === article.last_page ? `p. ${article.page}` : `pp. ${article.page}–${article.last_page}`;
}

function cite(citation, place) {
  const button = node("button", { type: "button", className: "cite" }, `[${citation.n}]`);
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", `Quote ${citation.n}, ${citation.source || "in its article"}`);
  let shown = null;
  button.addEventListener("click", async () => {
    if (shown) {
      shown.remove();
      shown = null;
    } else {
      shown = node("div", { className: "quote" }, node("p", { className: "hint" }, "Looking it up …"));
      place.after(shown);
      const paragraph = await inParagraph(citation);
      shown?.replaceChildren(paragraph, node("p", { className: "about" }, about(citation)), ...alsoIn(citation));
    }
    button.setAttribute("aria-expanded", String(Boolean(shown)));
  });
  return button;
}

function alsoIn(citation) {
  return (citation.also ?? []).map((other) => node("p", { className: "about" }, "Also in: ", about(other)));
}

// The quote in its paragraph, as it is stored now. Offsets count code points, which strings here do not.
async function inParagraph(citation) {
  const bare = node("blockquote", {}, node("mark", {}, citation.quote));
  try {
    const middle = Math.floor((citation.start + citation.end) / 2);
    const room = citation.end - citation.start + 4000;
    const path = `/v1/articles/${encodeURIComponent(citation.article_id)}?offset=${middle}&characters=${room}`;
    const article = await (await call(path)).json();
    const text = Array.from(article.text);
    const from = citation.start - article.start;
    const to = citation.end - article.start;
    if (text.slice(from, to).join("") !== citation.quote) {
      bare.append(node("p", { className: "change" }, "The article has changed since; this is how it was quoted."));
      return bare;
    }
    let first = from;
    let last = to;
    while (first > 0 && text[first - 1] !== "\n") first -= 1;
    while (last < text.length && text[last] !== "\n") last += 1;
    const before = (first === 0 && article.start > 0 ? "… " : "") + text.slice(first, from).join("");
    const after = text.slice(to, last).join("") + (last === text.length && article.end < article.characters ? " …" : "");
    return node("blockquote", {}, before, node("mark", {}, citation.quote), after);
  } catch (error) {
    bare.append(node("p", { className: "error" }, error.message));
    return bare;
  }
}

function sentence(given, citations) {
  const lead = given.lead ? `${given.lead}: ` : "";
  const line = node("p", { className: "sentence" }, node("span", { className: "lead" }, lead));
  line.append(lead ? given.text.slice(lead.length) : given.text, " ");
  for (const citation of citations) line.append(cite(citation, line));
  return line;
}

function reading(found) {
  if (!found.read) return [];
  const said = found.relaxed ? `Of all articles, since none ${found.read} answers that:` : `Of the articles ${found.read}:`;
  return [node("p", { className: "about" }, said)];
}

// Of when the answer is, as every surface says it below an answer.
function standing(answer) {
  const said = [];
  if (answer.as_of) said.push(node("p", { className: "about" }, `As of ${day(answer.as_of)}.`));
  if (answer.warning) said.push(node("p", { className: "change" }, answer.warning));
  return said;
}

function whole(answer) {
  const byNumber = new Map(answer.citations.map((citation) => [citation.n, citation]));
  if (!answer.sentences.length) return notOnRecord(answer);
  const shown = [...reading(answer)];
  if (answer.disagreement) shown.push(node("p", { className: "change" }, answer.disagreement.text));
  for (const one of answer.sentences) shown.push(sentence(one, one.citations.map((n) => byNumber.get(n))));
  if (answer.note) shown.push(node("p", { className: "about" }, answer.note));
  const sources = answer.citations.map((citation) =>
    node("li", {}, `[${citation.n}] `, about(citation), node("div", { className: "words" }, `“${citation.quote}”`)));
  shown.push(node("ol", { className: "sources", ariaLabel: "Sources" }, ...sources));
  if (answer.hint) shown.push(node("p", { className: "about" }, answer.hint));
  return [...shown, ...standing(answer)];
}

function notOnRecord(answer) {
  const shown = [node("p", { className: "none" }, answer.refusal)];
  if (answer.withdrawn_article) {
    shown.push(node("p", {}, "An article on this was withdrawn: ", about(answer.withdrawn_article)));
  }
  if (answer.likely) {
    shown.push(node("p", {}, `Most likely it stands here (probability ${answer.score.toFixed(2)}):`));
    shown.push(sentence(answer.likely, [answer.likely]));
  }
  if (answer.nearest.length) {
    shown.push(node("p", {}, "Nearest to it:"));
    shown.push(node("ul", {}, ...answer.nearest.map((article) => node("li", {}, about(article)))));
  }
  return [...shown, ...standing(answer)];
}

// A question, from Enter to its answer ------------------------------------------------------------------------

function asked() {
  const outlets = [...$("outlets").querySelectorAll("input:checked")].map((box) => box.value);
  return {
    question: $("question").value.trim(),
    since: $("since").value || undefined,
    until: $("until").value || undefined,
    source: outlets.length ? outlets : undefined,
    conversation: conversation.id || undefined,
  };
}

async function ask(event) {
  event.preventDefault();
  const given = asked();
  if (!given.question || conversation.stop) return;
  const body = node("div", { className: "body" });
  const turn = node("article", {}, node("h2", {}, given.question), body);
  $("answers").append(turn);
  busy(new AbortController(), "Searching …");
  turn.scrollIntoView({ block: "nearest" });
  try {
    await answered(given, body);
    $("question").value = "";
  } catch (error) {
    const stopped = error.name === "AbortError";
    body.append(node("p", { className: stopped ? "about" : "error" }, stopped ? "Stopped." : error.message));
    say(stopped ? "Stopped." : error.message);
  } finally {
    busy(null);
    $("question").focus();
  }
}

async function answered(given, body) {
  const stream = await call("/v1/ask", {
    method: "POST",
    headers: { Accept: "text/event-stream" },
    body: JSON.stringify(given),
    signal: conversation.stop.signal,
  });
  let complete = false;
  for await (const [name, data] of events(stream)) {
    if (name === "found") {
      body.append(...reading(data));
      say(`Checking quotes in ${data.articles} articles …`);
    }
    if (name === "sentence") body.append(sentence(data, data.citations));
    if (name === "error") throw new Error(data.error.message);
    if (name === "answer") {
      complete = true;
      body.replaceChildren(...whole(data));
      say(data.sentences.length ? `Answered, with ${data.citations.length} quotes.` : "Not on record.");
    }
  }
  if (!complete) throw new Error("The connection ended before the answer did; ask again.");
}

function busy(stop, said = "") {
  conversation.stop = stop;
  $("submit").hidden = Boolean(stop);
  $("stop").hidden = !stop;
  if (said) say(said);
}

function say(sentenceOfState) {
  $("status").textContent = sentenceOfState;
}

function anew() {
  conversation.stop?.abort();
  if (conversation.id) call(`/v1/conversations/${conversation.id}`, { method: "DELETE" }).catch(() => {});
  conversation.id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  $("answers").replaceChildren();
  say("");
  $("question").focus();
}

function letIn() {
  sessionStorage.removeItem("token");
  $("entrance").hidden = false;
  $("token").focus();
}

async function look() {
  try {
    const record = await (await call("/v1/record")).json();
    const days = record.first ? `, ${day(record.first)} to ${day(record.last)}` : "";
    $("record").textContent = `Answers from ${record.articles.toLocaleString("en")} stored articles${days}.`;
    const boxes = Object.keys(record.outlets).sort().map((name) =>
      node("label", {}, node("input", { type: "checkbox", value: name }), `${name} (${record.outlets[name]})`));
    $("outlets").replaceChildren($("outlets").firstElementChild, ...boxes);
    for (const id of ["since", "until"]) Object.assign($(id), { min: record.first, max: record.last });
  } catch (error) {
    say(error.message);
  }
}

$("ask").addEventListener("submit", ask);
$("stop").addEventListener("click", () => conversation.stop?.abort());
$("anew").addEventListener("click", anew);
$("print").addEventListener("click", () => print());
$("entrance").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", $("token").value.trim());
  $("token").value = "";
  $("entrance").hidden = true;
  say("");
  look();
  $("question").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") conversation.stop?.abort();
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === $("question")) {
    event.preventDefault();
    $("ask").requestSubmit();
  }
});
look();
anew();
