import type { Action, Group } from "./actions";
import { list, say, text, worded, type Part, type Row } from "./sentence";

const ROLES: Record<string, string> = { owner: "dueña o dueño", staff: "quien atiende" };
const FIELDS: Record<string, string> = {
  name: "el nombre",
  slug: "la dirección de su página",
  zone: "la zona horaria",
  locale: "el idioma",
  logo: "el logo",
  description: "la descripción",
  legal_identity: "los datos legales",
  birthday: "el cumpleaños",
  phone: "el celular",
  color: "los colores",
  primary_color: "el color principal",
  secondary_color: "el segundo color",
  inactivity_threshold_days: "los días para estar en riesgo",
};
const SCOPES: Record<string, string> = {
  "stamps:write": "sellar",
  "customers:read": "ver clientes",
  "enrollments:write": "inscribir clientes",
  "redemptions:write": "canjear premios",
};
const REQUESTS: Record<string, string> = {
  access: "ver sus datos",
  rectification: "corregir sus datos",
  erasure: "borrar sus datos",
  opposition: "no recibir mensajes",
};
const fields = (row: Row) => worded(list(row, "fields"), FIELDS, "y") || "algo";
const what = (row: Row, other: string) => row.what ?? other;

export const es: { sentences: Record<Action, (row: Row) => Part[]>; groups: Record<Group, string> } = {
  sentences: {
    "admin.created": (r) => say`${r.who} recibió acceso de administración de la plataforma`,
    "admin.read": (r) => say`${r.who} miró datos de tu local`,
    "admin.wrote": (r) => say`${r.who} cambió algo en tu local`,
    "api_key.created": (r) => [...say`${r.who} creó la llave ${what(r, "sin nombre")}`, scopes(r)].filter(Boolean),
    "api_key.revoked": (r) => say`${r.who} anuló la llave ${what(r, "sin nombre")}`,
    "archive.asked": (r) => say`${r.who} pidió un archivo con todo lo del local`,
    "archive.linked": (r) => say`${r.who} bajó el archivo con todo lo del local`,
    "archive.made": () => ["El archivo con todo lo del local quedó listo"],
    "branch.closed": (r) => say`${r.who} cerró la sede ${what(r, "")}`,
    "branch.opened": (r) => say`${r.who} abrió la sede ${what(r, "")}`,
    "branch.placed": (r) => say`${r.who} cambió la ubicación de la sede ${what(r, "")}`,
    "branch.renamed": (r) => say`${r.who} cambió el nombre de la sede ${what(r, "")}`,
    "branch.reopened": (r) => say`${r.who} volvió a abrir la sede ${what(r, "")}`,
    "business.changed": (r) => [...say`${r.who} cambió `, `${fields(r)} del local`],
    "business.closed": (r) => say`${r.who} cerró el local`,
    "business.exported": () => ["La plataforma preparó una copia de todo lo del local"],
    "business.imported": () => ["El local llegó desde otra instalación"],
    "business.pass_type_set": (r) =>
      text(r, "pass_type_id")
        ? say`${r.who} dio al local un identificador propio en Apple: ${text(r, "pass_type_id")}`
        : say`${r.who} devolvió al local el identificador de la plataforma en Apple`,
    "business.registered": (r) => say`${r.who} registró el local`,
    "business.reopened": (r) => say`${r.who} volvió a abrir el local`,
    "business.resumed": (r) => say`${r.who} reactivó el local`,
    "business.suspended": (r) => say`${r.who} suspendió el local`,
    "campaign.activated": (r) => say`${r.who} empezó una campaña`,
    "campaign.ended": (r) => say`${r.who} terminó una campaña`,
    "campaign.paused": (r) => say`${r.who} pausó una campaña`,
    "campaign.resumed": (r) => say`${r.who} reanudó una campaña`,
    "code.redemption_voided": (r) => say`${r.who} anuló el uso de un código de descuento`,
    "consent.heard": (r) =>
      text(r, "kind") === "opt_out"
        ? say`${r.who} anotó que un cliente ya no quiere mensajes`
        : say`${r.who} anotó que un cliente acepta mensajes`,
    "customer.corrected": (r) => [...say`${r.who} corrigió `, `${fields(r)} de un cliente`],
    "customer.distinction_undone": (r) => say`${r.who} dejó de separar a dos clientes parecidos`,
    "customer.erased": (r) => say`${r.who} borró los datos de un cliente`,
    "customer.exported": (r) => say`${r.who} bajó los datos de un cliente`,
    "customer.merged": (r) => say`${r.who} juntó dos tarjetas de la misma persona`,
    "customer.phone_confirmed": (r) => say`${r.who} confirmó el celular nuevo de un cliente`,
    "customer.told_apart": (r) => say`${r.who} dijo que dos clientes parecidos son personas distintas`,
    "customers.listed": (r) => say`${r.who} bajó una lista de clientes`,
    "device.changed": (r) => say`${r.who} cambió el nombre o la sede de la caja ${what(r, "")}`,
    "device.code_ended": (r) => say`${r.who} canceló un código para conectar una caja`,
    "device.code_made": (r) => say`${r.who} pidió un código para conectar una caja`,
    "device.enrolled": (r) => say`Se conectó la caja ${what(r, "nueva")}`,
    "device.replaced": (r) => say`La caja ${what(r, "")} pasó a otro equipo`,
    "device.reused": (r) => say`La caja ${what(r, "")} se cerró: dos equipos usaban la misma credencial`,
    "device.revoked": (r) => say`${r.who} cerró la caja ${what(r, "")}`,
    "import.opened": (r) => [
      ...say`${r.who} `,
      `${r.details.dry_run === true ? "revisó" : "importó"} un archivo de ${text(r, "kind") === "visits" ? "visitas" : "clientes"}`,
    ],
    "import.stopped": (r) => say`${r.who} detuvo una importación`,
    "job.requeued": (r) => say`${r.who} volvió a poner un trabajo en la cola`,
    "password.changed": (r) => say`${r.who} cambió su contraseña`,
    "pin.cleared": (r) =>
      r.what === r.who ? say`${r.who} quitó su PIN` : say`${r.who} quitó el PIN de ${what(r, "")}`,
    "pin.set": (r) => say`${r.who} puso un PIN nuevo`,
    "pin.shop_locked": () => ["Hubo 20 PIN equivocados en una hora: las cajas no aceptan PIN por un rato"],
    "pin.tries_forgiven": (r) => say`${r.who} dejó usar el PIN otra vez en todas las cajas`,
    "privacy.request_answered": (r) => [
      ...say`${r.who} `,
      `${text(r, "outcome") === "refused" ? "rechazó" : "atendió"} el pedido de un cliente${request(r)}`,
    ],
    "privacy.request_opened": (r) => [`Un cliente hizo un pedido${request(r)}`],
    "redemption.voided": (r) => say`${r.who} anuló un canje`,
    "second_factor.added": (r) => say`${r.who} activó el código de ingreso`,
    "second_factor.removed": (r) => say`${r.who} quitó el código de ingreso`,
    "session.reused": (r) => say`Se cerró una sesión de ${r.who}: alguien más la estaba usando`,
    "staff.changed": (r) => [
      ...say`${r.who} cambió lo que puede hacer ${what(r, "")}`,
      `: ahora es ${ROLES[text(r, "role")] ?? ""}`,
    ],
    "staff.dismissed": (r) => say`${r.who} retiró del equipo a ${what(r, "")}`,
    "staff.invited": (r) => say`${r.who} invitó al equipo a ${what(r, "")}`,
    "staff.joined": (r) => say`${r.who} entró al equipo`,
    "staff.uninvited": (r) => say`${r.who} retiró la invitación de ${what(r, "")}`,
    "stamp.voided": (r) => say`${r.who} anuló un sello`,
    "template.archived": (r) => say`${r.who} guardó una plantilla de mensajes`,
    "template.submitted": (r) => say`${r.who} mandó una plantilla de mensajes a que WhatsApp la apruebe`,
    "stamps.adjusted": (r) => say`${r.who} corrigió a mano los sellos de una tarjeta`,
  },
  groups: {
    team: "Equipo y PIN",
    tills: "Cajas",
    branches: "Sedes",
    customers: "Clientes",
    stamps: "Sellos y canjes",
    privacy: "Privacidad",
    imports: "Importaciones",
    keys: "Llaves",
    shop: "Local",
    access: "Ingreso",
    platform: "Plataforma",
  },
};

function scopes(row: Row): string {
  const can = worded(list(row, "scopes"), SCOPES, "y");
  return can ? `, que puede ${can}` : "";
}

function request(row: Row): string {
  const wish = REQUESTS[text(row, "kind")];
  return wish ? `: ${wish}` : "";
}
