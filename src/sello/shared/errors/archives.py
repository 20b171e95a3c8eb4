"""Refusals about whole shops in an archive. Part of the catalogue: status, Spanish, English."""

from typing import Final

ARCHIVES: Final[dict[str, tuple[int, str, str]]] = {
    "archive_unreadable": (
        422,
        "Este archivo no es la copia de un local, o llegó incompleto. Descárgalo otra vez.",
        "This file is no archive of a shop, or a part of it is missing. Download it again.",
    ),
    "archive_altered": (
        422,
        "La copia fue cambiada o se dañó: {name} no es lo que dice su índice.",
        "The archive was altered or damaged: {name} is not what its manifest says.",
    ),
    "archive_bomb": (
        422,
        "El archivo dice ser mucho más grande de lo que es. No lo abrimos.",
        "The file claims to be far larger than it is. It is not opened.",
    ),
    "archive_too_new": (
        422,
        "La copia viene de un sello más nuevo ({version}). Actualiza este primero.",
        "The archive comes from a newer sello ({version}). Upgrade this one first.",
    ),
    "archive_broken": (
        422,
        "La copia tiene un dato que no puede ser: tabla {table}, línea {line}, {field}.",
        "The archive holds something that cannot be: table {table}, line {line}, {field}.",
    ),
    "archive_lawless": (
        422,
        "Los datos de la copia no cuadran entre sí ({laws}).",
        "What the archive says does not add up ({laws}).",
    ),
    "archive_zone": (
        422,
        "Este servidor no conoce la zona horaria del local.",
        "This server does not know the shop's time zone.",
    ),
    "shop_exists": (
        409,
        "Ese local ya está aquí. Una copia solo entra donde el local no existe.",
        "That shop is here already. An archive goes only where its shop is not.",
    ),
    "archive_running": (
        409,
        "Ya se está preparando una copia. Espera a que termine.",
        "An archive is being made already. Wait until it is done.",
    ),
}
