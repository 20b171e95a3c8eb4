"""Refusals about people: corrections, merges, privacy. Part of the catalogue: status, Spanish, English, permanent."""

from typing import Final

PEOPLE: Final[dict[str, tuple[int, str, str] | tuple[int, str, str, bool]]] = {
    "phone_taken": (
        409,
        "Ese celular ya es de otra persona de este local. Si es la misma, la persona dueña puede unir las tarjetas.",
        "Another customer of this shop has that phone. If it is the same person, the owner can merge the two cards.",
    ),
    "phone_not_waiting": (
        409,
        "No hay un celular nuevo por confirmar. Regístralo otra vez.",
        "No new phone is waiting to be confirmed. Enter it again.",
    ),
    "same_customer": (422, "Es la misma persona.", "That is the same customer."),
    "already_merged": (
        409,
        "Una de las dos tarjetas ya se unió a otra.",
        "One of the two cards was already merged into another.",
    ),
    "request_answered": (409, "Esa solicitud ya se respondió.", "That request was already answered."),
    "answer_needed": (422, "Escribe por qué no procede la solicitud.", "Write why the request is refused."),
    "erasure_by_erasing": (
        409,
        "Esta solicitud se atiende borrando los datos de la persona.",
        "This request is granted by erasing the person's data.",
    ),
    "erasure_unconfirmed": (
        409,
        "La confirmación venció o no es tuya. Revisa otra vez qué se va a borrar.",
        "The confirmation expired or is not yours. Look again at what will be erased.",
    ),
    "customer_erased": (
        410,
        "Los datos de esta tarjeta se borraron. Ya no se puede usar.",
        "The data of this card were erased. It can no longer be used.",
    ),
    "proof_wrong": (
        403,
        "Ese celular no es el de esta tarjeta.",
        "That phone is not the one of this card.",
    ),
    "proof_locked": (
        429,
        "Demasiados celulares equivocados. Prueba en {minutes} minutos, o pide la copia en la tienda.",
        "Too many wrong phones. Try in {minutes} minutes, or ask for the copy at the shop.",
    ),
    "too_much_to_export": (
        409,
        "Son demasiados datos para una descarga. Escríbenos.",
        "There is too much for one download. Write to us.",
    ),
    # -- stamps added or taken by hand
    "adjust_below_zero": (
        409,
        "La tarjeta no tiene tantos sellos para quitar.",
        "The card does not hold that many stamps to take.",
    ),
    "adjust_reward_gone": (
        409,
        "No se pueden quitar: dieron un premio que ya se entregó, se está entregando o venció.",
        "They cannot be taken: they gave a reward that was handed over, is being handed over or has expired.",
    ),
    "adjust_tomorrow": (
        409,
        "Los sellos de esa tarjeta vencieron y aún no se descuentan. Hazlo mañana.",
        "The stamps of that card have expired and are not taken off yet. Do it tomorrow.",
        False,  # for today
    ),
}
