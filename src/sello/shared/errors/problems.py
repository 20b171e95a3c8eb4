"""What can be wrong with a line of a file that a shop brings along: code, Spanish, English. Part of the catalogue."""

from typing import Final

PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "csv_encoding": (
        "No parece un archivo de texto. Guárdalo desde Excel como CSV UTF-8.",
        "This does not look like text. Save it from Excel as CSV UTF-8.",
    ),
    "csv_empty": ("El archivo no tiene filas.", "The file has no lines."),
    "csv_columns_missing": ("Faltan columnas: {columns}.", "Columns are missing: {columns}."),
    "csv_column_twice": ("Esa columna está dos veces.", "That column is there twice."),
    "csv_too_many_columns": (
        "El archivo tiene demasiadas columnas (máximo {most}).",
        "The file has too many columns (at most {most}).",
    ),
    "csv_too_many_lines": (
        "El archivo tiene demasiadas filas (máximo {most}). Divídelo.",
        "The file has too many lines (at most {most}). Split it.",
    ),
    "csv_cells": (
        "La fila tiene {cells} celdas y el título {columns}.",
        "The line has {cells} cells and the header {columns}.",
    ),
    "csv_cell_too_long": (
        "La celda es demasiado larga (máximo {most} caracteres).",
        "The cell is too long (at most {most} characters).",
    ),
    "csv_quotes": ("Las comillas no cierran bien.", "The quotes do not close properly."),
    "csv_duplicate": ("Ese celular ya está en la línea {first}.", "That phone is already in line {first}."),
    "phone_missing": ("Falta el celular.", "The phone is missing."),
    "phone_rounded": (
        "Excel redondeó el celular. Da formato de texto a la columna y exporta otra vez.",
        "Excel rounded the phone. Format the column as text and export again.",
    ),
    "name_missing": ("Falta el nombre.", "The name is missing."),
    "name_invalid": (
        "El nombre es demasiado largo o tiene caracteres que no se ven.",
        "The name is too long or holds characters that cannot be seen.",
    ),
    "birthday_invalid": (
        "Escribe el cumpleaños como día/mes o año-mes-día.",
        "Write the birthday as day/month or year-month-day.",
    ),
    "date_missing": ("Falta la fecha.", "The date is missing."),
    "date_invalid": (
        "Escribe la fecha como día/mes/año o año-mes-día, con la hora si la hay.",
        "Write the date as day/month/year or year-month-day, with the time if there is one.",
    ),
    "date_future": ("La fecha todavía no llega.", "The date has not come yet."),
    "date_too_old": ("La fecha es anterior a 1990.", "The date is before 1990."),
    "amount_invalid": ("Escribe el monto en soles, como 12.50.", "Write the amount in soles, like 12.50."),
    "amount_ambiguous": (
        "El monto se puede leer de dos maneras. Escríbelo con dos decimales.",
        "The amount can be read in two ways. Write it with two decimals.",
    ),
    "amount_negative": ("El monto no puede ser negativo.", "The amount cannot be negative."),
    "amount_too_large": (
        "El monto es demasiado grande (máximo S/ 1 000 000).",
        "The amount is too large (at most S/ 1,000,000).",
    ),
    "stamps_invalid": ("Escribe los sellos como 7 o 7/10.", "Write the stamps as 7 or 7/10."),
    "stamps_without_rules": (
        "La tienda todavía no tiene reglas: ponlas antes de traer sellos.",
        "The shop has no rules yet: set them before you bring stamps along.",
    ),
    "stamps_too_many": ("La tarjeta se llena con {most} sellos.", "The card is full with {most} stamps."),
}

IMPORTS: Final[dict[str, tuple[int, str, str]]] = {
    "import_running": (
        409,
        "Otro archivo todavía se está importando. Espera a que termine o detenlo.",
        "Another file is still being imported. Wait until it has ended, or stop it.",
    ),
}
