"""Every refusal sello can give: its code, HTTP status and sentence in Spanish (first) and English.

Codes are part of the public contract: never renamed, only added. `permanent` tells an offline queue whether
trying the same request again can ever help.
"""

from typing import NamedTuple

from sello.shared.errors.archives import ARCHIVES
from sello.shared.errors.campaigns import CAMPAIGNS
from sello.shared.errors.ledger import LEDGER
from sello.shared.errors.people import PEOPLE
from sello.shared.errors.problems import IMPORTS, PROBLEMS
from sello.shared.errors.templates import TEMPLATES
from sello.shared.errors.wallets import WALLETS


class Entry(NamedTuple):
    """One code of the catalogue; blanks in braces are filled from the refusal's facts."""

    status: int
    es: str
    en: str
    permanent: bool = True


CATALOGUE: dict[str, Entry] = {
    **{code: Entry(422, es, en) for code, (es, en) in PROBLEMS.items()},  # of lines in a file
    **{
        code: Entry(*said)
        for code, said in {**PEOPLE, **ARCHIVES, **IMPORTS, **CAMPAIGNS, **TEMPLATES, **WALLETS, **LEDGER}.items()
    },
    # -- the request itself
    "invalid": Entry(
        422,
        "Algunos datos no son válidos. Revisa los campos señalados.",
        "Some values are not valid. Check the fields named.",
    ),
    "malformed": Entry(
        400, "No pudimos leer lo enviado. Envía JSON válido.", "We could not read the body. Send valid JSON."
    ),
    "unsupported_media": Entry(415, "Envía los datos como application/json.", "Send the data as application/json."),
    "too_large": Entry(
        413, "Lo enviado pesa demasiado (máximo {limit} bytes).", "The body is too large (at most {limit} bytes)."
    ),
    "body_too_slow": Entry(
        408,
        "Lo enviado no terminó de llegar. Revisa tu conexión e inténtalo otra vez.",
        "The body did not arrive in time. Check your connection and try again.",
        permanent=False,
    ),
    "not_found": Entry(404, "No lo encontramos.", "We could not find it."),
    "method_not_allowed": Entry(405, "Esa acción no existe aquí.", "That action does not exist here."),
    "id_not_plausible": Entry(
        422, "Ya pasaron más de 7 días, o el reloj del aparato está mal.", "Over 7 days ago, or the clock is wrong."
    ),
    "id_reused": Entry(
        409, "Ese identificador ya se usó para otra cosa.", "That id was already used for something else."
    ),
    "key_reused": Entry(
        422, "Esa Idempotency-Key ya se usó con otros datos.", "That Idempotency-Key was already used with other data."
    ),
    "phone_invalid": Entry(
        422,
        "Escribe un celular del Perú: 9 números y empieza con 9.",
        "Enter a Peruvian mobile: 9 digits starting with 9.",
    ),
    "internal": Entry(
        500,
        "Algo falló de nuestro lado. No se perdió nada; inténtalo otra vez.",
        "Something failed on our side. Nothing was lost; try again.",
        permanent=False,
    ),
    # -- load and limits
    "pages_not_built": Entry(
        503,
        "Las páginas de esta instalación no están construidas. Quien la cuida: `make run` las construye.",
        "The pages of this installation are not built. Whoever runs it: `make run` builds them.",
        permanent=False,
    ),
    "unavailable": Entry(
        503,
        "Estamos volviendo. Inténtalo en un momento; no se perdió nada.",
        "We will be right back. Try again in a moment; nothing was lost.",
        permanent=False,
    ),
    "busy": Entry(
        503,
        "Hay mucha gente a la vez. Inténtalo en un momento.",
        "Too many people at once. Try again in a moment.",
        permanent=False,
    ),
    "took_too_long": Entry(
        503,
        "Esto tardó demasiado. Inténtalo otra vez: lo que ya se hizo no se hace dos veces.",
        "This took too long. Try again: what was already done is not done twice.",
        permanent=False,
    ),
    "too_many_requests": Entry(
        429,
        "Demasiados pedidos seguidos. Espera {after} segundos.",
        "Too many requests. Wait {after} seconds.",
        permanent=False,
    ),
    # -- who is asking
    "unauthenticated": Entry(401, "Inicia sesión para continuar.", "Sign in to continue.", permanent=False),
    "session_ended": Entry(
        401, "Tu sesión terminó. Inicia sesión otra vez.", "Your session has ended. Sign in again.", permanent=False
    ),
    "forbidden": Entry(403, "Tu rol no permite hacer esto.", "Your role does not allow this."),
    "origin_refused": Entry(
        403, "Este pedido no viene de nuestras páginas.", "This request does not come from our pages."
    ),
    "credentials_wrong": Entry(401, "El correo o la contraseña no coinciden.", "The e-mail and password do not match."),
    "slow_down": Entry(
        429,
        "Demasiados intentos. Vuelve a probar en {after} segundos.",
        "Too many attempts. Try again in {after} seconds.",
        permanent=False,
    ),
    "second_factor_required": Entry(
        401, "Escribe el código de 6 números de tu aplicación.", "Enter the 6-digit code from your app."
    ),
    "second_factor_wrong": Entry(
        401, "Ese código no es correcto o ya se usó.", "That code is not right or was already used."
    ),
    "second_factor_missing": Entry(
        403,
        "Esta cuenta necesita la verificación en dos pasos. Actívala primero.",
        "This account needs two-step verification. Turn it on first.",
    ),
    "second_factor_exists": Entry(
        409, "La verificación en dos pasos ya está activada.", "Two-step verification is already on."
    ),
    "email_taken": Entry(409, "Ese correo ya tiene una cuenta.", "That e-mail already has an account."),
    "email_not_verified": Entry(
        403, "Confirma tu correo con el enlace que te enviamos.", "Confirm your e-mail with the link we sent."
    ),
    "password_too_long": Entry(
        422,
        "La contraseña puede tener hasta 72 bytes (unas 72 letras sin tilde).",
        "The password may be at most 72 bytes long.",
    ),
    "password_too_short": Entry(
        422, "La contraseña necesita al menos 10 caracteres.", "The password needs at least 10 characters."
    ),
    "link_invalid": Entry(
        422, "Este enlace ya se usó o venció. Pide uno nuevo.", "This link was used or has expired. Ask for a new one."
    ),
    "membership_ended": Entry(
        401,
        "Ya no trabajas en este local. Habla con la persona dueña.",
        "You no longer work at this shop. Talk to the owner.",
    ),
    "no_membership": Entry(
        403, "Tu cuenta no pertenece a ningún local activo.", "Your account belongs to no active shop."
    ),
    "last_owner": Entry(409, "El local necesita al menos una persona dueña.", "A shop needs at least one owner."),
    "already_member": Entry(409, "Esa persona ya trabaja en este local.", "That person already works at this shop."),
    "business_required": Entry(
        422,
        "Indica el local con X-Business-Id y el motivo con X-Reason.",
        "Name the shop in X-Business-Id and the reason in X-Reason.",
    ),
    "slug_taken": Entry(409, "Esa dirección ya la usa otro local.", "Another shop already uses that address."),
    "zone_fixed": Entry(
        409,
        "La zona horaria ya no se puede cambiar: en ella se cuentan los días de los sellos.",
        "The time zone can no longer be changed: the days of stamps are counted in it.",
    ),
    "logo_unreadable": Entry(
        422,
        "No pudimos leer esa imagen. Envía un archivo PNG, JPEG o WebP.",
        "We could not read that picture. Send a PNG, JPEG or WebP file.",
    ),
    "logo_too_many_pixels": Entry(
        422,
        "La imagen es demasiado grande: puede tener hasta {most} píxeles.",
        "The picture is too large: it may have up to {most} pixels.",
    ),
    "poster_not_ready": Entry(
        409,
        "Estamos preparando tu afiche. Vuelve en {after} segundos.",
        "We are making your poster. Come back in {after} seconds.",
        permanent=False,
    ),
    "business_suspended": Entry(
        403,
        "Este local está suspendido. Escríbenos para reactivarlo.",
        "This shop is suspended. Write to us to reactivate it.",
        permanent=False,
    ),
    "business_closed": Entry(410, "Este local cerró.", "This shop has closed."),
    "shop_unavailable": Entry(
        410,
        "Este local no está usando sello por ahora.",
        "This shop is not using sello at the moment.",
        permanent=False,
    ),
    "text_version_unknown": Entry(
        422, "La página no está al día. Ábrela otra vez.", "The page is out of date. Open it again."
    ),
    "device_unknown": Entry(403, "Esta caja no está registrada en el local.", "This till is not enrolled at the shop."),
    "device_ended": Entry(
        401,
        "Esta caja ya no está registrada. Regístrala otra vez con un código de la persona dueña.",
        "This till is no longer enrolled. Enrol it again with a code from the owner.",
        permanent=False,
    ),
    "device_code_invalid": Entry(
        422,
        "Ese código ya se usó o venció. Pide otro a la persona dueña.",
        "That code was used or has expired. Ask the owner for another.",
    ),
    "pin_form": Entry(422, "El PIN tiene de 4 a 6 números.", "A PIN has 4 to 6 digits."),
    "pin_weak": Entry(
        422,
        "Ese PIN se adivina rápido. Evita fechas, números seguidos y repetidos.",
        "That PIN is guessed quickly. Avoid dates, runs and repeated digits.",
    ),
    "pin_wrong": Entry(401, "Ese PIN no es correcto. Intentos que quedan: {left}.", "Wrong PIN. Tries left: {left}."),
    "pin_locked": Entry(
        429,
        "Demasiados PIN equivocados. Prueba en {minutes} minutos, o inicia sesión con tu contraseña.",
        "Too many wrong PINs. Try in {minutes} minutes, or sign in with your password.",
        permanent=False,
    ),
    "pin_shop_locked": Entry(
        429,
        "En esta tienda se escribieron demasiados PIN equivocados. Prueba en {minutes} minutos, o usa tu contraseña.",
        "Too many wrong PINs were typed at this shop. Try in {minutes} minutes, or use your password.",
        permanent=False,
    ),
    "pin_not_enough": Entry(
        403, "Para esto inicia sesión con tu contraseña.", "Sign in with your password to do this."
    ),
    "key_ended": Entry(
        401,
        "Esta clave venció o fue anulada. Pide otra a la persona dueña.",
        "This key has expired or was revoked. Ask the owner for another.",
        permanent=False,
    ),
    "too_many_keys": Entry(
        409,
        "El local ya tiene {most} claves en uso. Anula una primero.",
        "The shop already has {most} keys in use. Revoke one first.",
    ),
    "giver_unknown": Entry(
        409,
        "Quien dio el sello nunca inició sesión en esta caja.",
        "Whoever gave the stamp never signed in on this till.",
        permanent=False,
    ),
    "giver_ended": Entry(
        409,
        "Quien dio el sello ya no trabajaba en este local a esa hora.",
        "Whoever gave the stamp no longer worked at this shop at that time.",
    ),
    "giver_refused": Entry(
        403,
        "Solo puedes enviar los sellos que diste tú.",
        "You can only send the stamps you gave yourself.",
        permanent=False,
    ),
    "scope_missing": Entry(
        403, "Esta clave no tiene el permiso {scope}.", "This key lacks the scope {scope}.", permanent=False
    ),
    "branch_unknown": Entry(422, "Esa sucursal no existe en este local.", "That branch does not exist at this shop."),
    # -- cards and stamps
    "card_not_found": Entry(
        404, "No encontramos esa tarjeta en este local.", "We could not find that card at this shop."
    ),
    "customer_not_found": Entry(
        404, "No encontramos a esa persona en este local.", "We could not find that person at this shop."
    ),
    "card_pending": Entry(
        409,
        "La tarjeta espera confirmación: pregunta el nombre y los 3 últimos números.",
        "The card awaits confirmation: ask for the name and the last 3 digits.",
        permanent=False,
    ),
    "card_closed": Entry(409, "Esta tarjeta ya no está en uso.", "This card is no longer in use."),
    "confirmation_mismatch": Entry(
        409, "Los 3 últimos números no coinciden con la tarjeta.", "The last 3 digits do not match the card."
    ),
    "name_differs": Entry(
        409,
        "Ese celular es de alguien con otro nombre en este local. Que confirme la persona dueña.",
        "That phone belongs to somebody with another name at this shop. Let the owner confirm.",
    ),
    "code_expired": Entry(
        409,
        "El código venció. Pide que abran la tarjeta otra vez, o búscala por celular.",
        "The code has expired. Ask for the card to be opened again, or look it up by phone.",
    ),
    "code_used": Entry(
        409,
        "Ese código ya se usó. Pide que la tarjeta muestre uno nuevo.",
        "That code was already used. Ask for a fresh one.",
    ),
    "code_invalid": Entry(422, "Ese código no es de una tarjeta de sello.", "That code is not from a sello card."),
    "just_stamped": Entry(409, "Ya se selló hace un instante.", "It was stamped just a moment ago."),
    "cooldown": Entry(
        409,
        "Muy pronto: el próximo sello se puede dar desde las {until_local}.",
        "Too soon: the next stamp can be given from {until_local}.",
    ),
    "card_cap": Entry(
        409, "Esta tarjeta ya recibió sus {cap} sellos de hoy.", "This card already got its {cap} stamps for the day."
    ),
    "staff_cap": Entry(
        409,
        "Llegaste al máximo de {cap} sellos por día. La persona dueña puede permitir más.",
        "You reached the limit of {cap} stamps a day. The owner can allow more.",
    ),
    "too_many_stamps": Entry(
        422, "Por compra se dan como máximo {most} sellos.", "At most {most} stamps are given per purchase."
    ),
    "amount_missing": Entry(
        422,
        "Escribe el monto de la compra: se sella desde {minimum}.",
        "Enter the amount of the purchase: stamps are given from {minimum} on.",
    ),
    "below_minimum": Entry(
        409, "La compra mínima para un sello es de {minimum}.", "The least purchase for a stamp is {minimum}."
    ),
    "too_late": Entry(
        409,
        "El sello es de hace más de 7 días y ya no se puede contar.",
        "The stamp is more than 7 days old and can no longer be counted.",
    ),
    "override_needs_owner": Entry(
        403, "Solo la persona dueña puede permitir este sello.", "Only the owner can allow this stamp."
    ),
    "rules_missing": Entry(
        409, "El local aún no tiene reglas de premio.", "The shop has no reward rules yet.", permanent=False
    ),
    # -- rewards and corrections
    "stamp_not_found": Entry(404, "No encontramos ese sello.", "We could not find that stamp."),
    "reward_not_found": Entry(
        404, "No encontramos ese premio en esta tarjeta.", "We could not find that reward on this card."
    ),
    "reward_redeemed": Entry(
        409, "Ese premio ya lo entregó {by} ({at_local}).", "{by} already handed that reward over ({at_local})."
    ),
    "reward_reserved": Entry(
        409,
        "{by} está entregando ese premio. Espera {seconds} segundos.",
        "{by} is handing over that reward. Wait {seconds} seconds.",
        permanent=False,
    ),
    "reward_expired": Entry(
        409,
        "Ese premio venció: se podía recoger hasta el {until_local}.",
        "That reward has expired: it could be collected until {until_local}.",
    ),
    "reward_revoked": Entry(409, "Ese premio se anuló.", "That reward was revoked."),
    "reservation_expired": Entry(
        409,
        "Pasaron los 90 segundos. Empieza la entrega otra vez.",
        "The 90 seconds are over. Start the hand-over again.",
    ),
    "reservation_released": Entry(
        409, "Esta entrega se canceló. Empieza otra vez.", "This hand-over was cancelled. Start again."
    ),
    "redemption_not_found": Entry(404, "No encontramos esa entrega.", "We could not find that hand-over."),
    "already_voided": Entry(409, "Eso ya estaba anulado.", "That was already voided."),
    "not_voidable": Entry(409, "Ese movimiento no se puede anular.", "That entry cannot be voided."),
    "void_reason_needed": Entry(
        422, "Pasó el minuto para deshacer: escribe el motivo.", "The minute to undo is over: give a reason."
    ),
    "void_reward_used": Entry(
        409,
        "No se puede anular: el premio que dio este sello ya se entregó o se está entregando.",
        "It cannot be voided: the reward this stamp gave was handed over, or is being handed over.",
    ),
    "void_reward_expired": Entry(
        409,
        "No se puede anular: el premio que dio este sello ya venció.",
        "It cannot be voided: the reward this stamp gave has expired.",
    ),
    "merge_waits": Entry(
        409,
        "Alguien está entregando un premio de esa tarjeta. Espera 90 segundos.",
        "Somebody is handing over a reward of that card. Wait 90 seconds.",
        permanent=False,
    ),
    "merge_tomorrow": Entry(
        409,
        "Algo de esa tarjeta venció hoy y aún no se descuenta. Únelas mañana.",
        "Something on that card has ended and is not taken off yet. Merge them tomorrow.",
        permanent=False,
    ),
    # -- platform
    "job_not_held": Entry(409, "Ese trabajo no está detenido.", "That job is not held."),
}
