// One saved card as a phone shows it: its class and object, drawn. Words come in as data and stay text.
export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

const said = (plain, localized) => localized?.defaultValue?.value ?? plain ?? "";
const address = (image) => image?.sourceUri?.uri;
const clock = new Intl.DateTimeFormat("es-PE", { weekday: "short", hour: "numeric", minute: "2-digit" });
const STATES = { EXPIRED: "Vencida", INACTIVE: "Ya no está activa", COMPLETED: "Completada" };

function picture(uri, className, alt) {
  const image = make("img", className);
  image.alt = alt;
  image.referrerPolicy = "no-referrer";
  image.src = uri;
  return image;
}

// Black or white, whichever can be read on the ground.
function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#111" : "#fff";
}

function points(card) {
  const list = make("dl", "points");
  const rows = [card.loyaltyPoints, card.secondaryLoyaltyPoints].filter(Boolean).map((one) => {
    const balance = one.balance ?? {};
    return [said(one.label, one.localizedLabel), String(balance.string ?? balance.int ?? balance.double ?? "")];
  });
  if (card.accountName) rows.push(["Nombre", card.accountName]);
  for (const [label, value] of rows) {
    const pair = make("div");
    pair.append(make("dt", "", label), make("dd", "", value));
    list.append(pair);
  }
  return list;
}

function more(card, cardClass) {
  const box = make("details");
  box.append(make("summary", "", "Detalles"));
  for (const module of [...(card.textModulesData ?? []), ...(cardClass.textModulesData ?? [])]) {
    box.append(make("h3", "", said(module.header, module.localizedHeader)), make("p", "", said(module.body, module.localizedBody)));
  }
  const list = make("ul");
  for (const link of [...(card.linksModuleData?.uris ?? []), ...(cardClass.linksModuleData?.uris ?? [])]) {
    const to = make("a", "", said(link.description, link.localizedDescription));
    to.href = /^https?:/.test(link.uri) ? link.uri : "#";
    to.rel = "noreferrer";
    const item = make("li");
    item.append(to);
    list.append(item);
  }
  box.append(list);
  return box;
}

export function draw({ card, class: cardClass, demo, notices }) {
  const whole = make("article");
  const ground = cardClass.hexBackgroundColor ?? "#3c4043";
  const face = make("section", card.state === "ACTIVE" ? "card" : "card over");
  face.style.setProperty("--ground", ground);
  face.style.setProperty("--on", inkOn(ground));
  const top = make("div", "top");
  const logo = address(cardClass.programLogo);
  if (logo) top.append(picture(logo, "", ""));
  const names = make("div");
  names.append(make("p", "", said(cardClass.issuerName, cardClass.localizedIssuerName)));
  names.append(make("h2", "", (demo ? "[SOLO PRUEBA] " : "") + said(cardClass.programName, cardClass.localizedProgramName)));
  top.append(names);
  face.append(top, points(card));
  if (card.barcode?.value) {
    const code = make("div", "code");
    code.append(picture(`/qr.svg?text=${encodeURIComponent(card.barcode.value)}`, "", "Código de la tarjeta"));
    face.append(code);
  }
  if (STATES[card.state]) face.append(make("p", "state", STATES[card.state]));
  const hero = address(card.heroImage) ?? address(cardClass.heroImage);
  if (hero) face.append(picture(hero, "hero", said("", card.heroImage?.contentDescription)));
  whole.append(face);
  for (const message of [...(card.messages ?? [])].reverse().slice(0, 3)) {
    const note = make("p", "note");
    note.append(make("b", "", said(message.header, message.localizedHeader)), said(message.body, message.localizedBody));
    whole.append(note);
  }
  const box = more(card, cardClass);
  if (notices.length) {
    box.append(make("h3", "", "Avisos en el teléfono"));
    box.append(make("p", "", notices.slice(-5).reverse().map((one) => `${clock.format(new Date(one.at * 1000))}: ${one.of === "message" ? "mensaje" : "cambió el saldo"}`).join("\n")));
  }
  whole.append(box);
  return whole;
}
