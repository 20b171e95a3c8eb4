// The phones of the simulator. It asks once a second whether something changed and draws what did.
const el = (id) => document.getElementById(id);
const state = { version: "", open: new Set() };
const clock = new Intl.DateTimeFormat("es-PE", { hour: "numeric", minute: "2-digit", second: "2-digit" });

function make(tag, className, ...inside) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...inside.filter((one) => one !== null && one !== undefined && one !== ""));
  return node;
}

async function ask(path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.message ?? `${path}: ${answer.status}`);
  }
  return answer.status === 204 ? null : answer.json();
}

let hiding;
function tell(text) {
  el("toast").textContent = text;
  el("toast").hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { el("toast").hidden = true; }, 8000);
}

async function attempt(doing) {
  try {
    await doing();
  } catch (error) {
    tell(error.message);
  }
  await draw();
}

function button(text, doing, pressed) {
  const node = make("button", "", text);
  node.type = "button";
  if (pressed !== undefined) node.setAttribute("aria-pressed", String(pressed));
  node.addEventListener("click", () => attempt(doing));
  return node;
}

const field = (one) => make("dl", "field", make("dt", "", one.label), make("dd", "", one.value));

function picture(card, name, className) {
  const node = make("img", className);
  node.src = `${card.path}/${name}.png?${card.fetches}-${card.updated}`;
  node.alt = "";
  return node;
}

// Colours come from the pass as rgb(…): set one by one, since the policy allows no style attributes.
function paint(node, [back, front, label]) {
  node.style.setProperty("--back", back ?? "rgb(255,255,255)");
  node.style.setProperty("--front", front ?? "rgb(0,0,0)");
  node.style.setProperty("--label", label ?? front ?? "rgb(90,90,90)");
}

function drawCard(phone, card) {
  const node = make("article", card.voided ? "card voided" : "card");
  paint(node, card.colours);
  const title = make("div", "name");
  if (card.pictures.includes("logo")) title.append(picture(card, "logo", "logo"));
  title.append(card.logo_text);
  node.append(make("div", "top", title, ...card.header.map(field)));
  if (card.pictures.includes("strip")) node.append(picture(card, "strip", "strip"));
  if (card.primary.length) node.append(make("div", "primary", ...card.primary.map(field)));
  if (card.secondary.length) node.append(make("div", "row", ...card.secondary.map(field)));
  if (card.code) {
    const code = make("img");
    code.src = `${card.path}/code.svg?${card.updated}`;
    code.alt = `Código ${card.code}`;
    node.append(make("div", "code", make("figure", "", code, card.alt)));
  }
  node.append(under(phone, card));
  return node;
}

function under(phone, card) {
  const more = make("details", "");
  more.open = state.open.has(card.path);
  more.addEventListener("toggle", () => state.open[more.open ? "add" : "delete"](card.path));
  more.append(make("summary", "", "Reverso"), ...card.back.map(field));
  const said = card.voided ? "Anulada" : card.registered ? "Se actualiza sola" : "No se actualiza sola";
  const line = make("span", "", `${said} · recibida ${card.fetches + 1} ${card.fetches ? "veces" : "vez"} · ${clock.format(card.updated * 1000)}`);
  const remove = button("Quitar", () => ask(card.path, { method: "DELETE" }));
  remove.setAttribute("aria-label", `Quitar la tarjeta de ${card.organization} de ${phone.name}`);
  return make("div", "under", line, card.error ? make("span", "error", card.error) : null, more, make("div", "buttons", remove));
}

function drawPhone(phone) {
  const path = `/phones/${phone.name}`;
  const put = (change) => ask(path, { method: "PUT", body: JSON.stringify(change) });
  const says = [phone.on ? "encendido" : "apagado", phone.waiting ? `${phone.waiting} aviso en espera` : ""].filter(Boolean).join(" · ");
  const notices = phone.notices.slice(0, 3).map((one) =>
    make("li", "", make("b", "", one.title, make("time", "", clock.format(one.at * 1000))), one.text));
  return make("section", phone.on ? "phone" : "phone off",
    make("header", "", make("h2", "", phone.name), make("span", "state", says)),
    make("ol", "notices", ...notices),
    make("div", "cards", ...(phone.cards.length ? phone.cards.map((card) => drawCard(phone, card)) : [make("p", "empty", "Wallet está vacío.")])),
    make("div", "buttons",
      button("Encendido", () => put({ on: !phone.on }), phone.on),
      button("Actualizar sola", () => put({ updates: !phone.updates }), phone.updates),
      button(phone.language === "es" ? "English" : "Español", () => put({ language: phone.language === "es" ? "en" : "es" })),
      button("Mirar ahora", () => ask(`${path}/poll`, { method: "POST" })),
      button("Otro token", () => ask(`${path}/rotate`, { method: "POST" })),
      button("Tirar", () => ask(path, { method: "DELETE" }))));
}

async function draw() {
  try {
    const found = await ask(`/phones?version=${state.version}`);
    if (found !== null) {
      state.version = found.version;
      el("phones").replaceChildren(...found.phones.map(drawPhone));
      el("nobody").hidden = found.phones.length > 0;
    }
    el("about").textContent = "Nada de esto llega a un teléfono de verdad.";
  } catch {
    el("about").textContent = "El simulador no responde. Se vuelve a intentar.";
    state.version = "";
  }
}

async function look() {
  await draw();
  setTimeout(look, document.hidden ? 4000 : 1000);
}

const passes = () => `/phones/${encodeURIComponent(el("name").value || "ana")}/passes`;
const give = (file) => attempt(() => ask(passes(), { method: "POST", body: file }));

el("add").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await ask(passes(), { method: "POST", body: JSON.stringify({ url: el("link").value }) });
    el("link").value = "";
  });
});
el("file").addEventListener("change", async () => {
  if (el("file").files[0]) await give(el("file").files[0]);
  el("file").value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) give(event.dataTransfer.files[0]);
  });
}
look();
