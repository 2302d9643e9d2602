"""What price files call their columns, by language and by exporter, and what is no column of prices."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

PRICES: Final = ("open", "high", "low", "close")

# Of several that name the same, the earlier wins: a close before a price, a price before what is adjusted.
_WORDS: Final = {
    "en": {
        "time": "open time, time open, datetime, date time, date, time, timestamp, timestamp ms, gmt time, "
        "local time, unix, unix time, unix timestamp, epoch, snapped at, observation date, day, ts, start, "
        "start at, start time, start date, begin, begins at, time period start, period start, time period, "
        "period, trade date, trading day, trading date, candle begin time, candle time, as of date, bucket, "
        "week, month, dt, t",
        "open": "open, open price, price open, opening, opening price, px open, first, o",
        "high": "high, high price, price high, highest, highest price, day high, px high, maximum, max, "
        "hi, h",
        "low": "low, low price, price low, lowest, lowest price, day low, px low, minimum, min, lo, l",
        "close": "close, close last, close price, price close, closing, closing price, c",
        "price": "price, last, last price, px last, last traded price, value, obs value, settle, settlement, "
        "settlement price, exchange rate, px",
        "late": "mid, mid price, mark price, index price, nav, adj close, adjusted close, adjusted, adj",
    },
    "de": {
        "time": "datum, zeitpunkt, zeit, uhrzeit, datum zeit, handelstag, stichtag, tag",
        "open": "eröffnung, eröffn, eröffnungskurs, öffnung, erster, erster kurs, anfangskurs",
        "high": "hoch, höchst, höchster, höchstkurs, höchstpreis, tageshoch, hochkurs",
        "low": "tief, tiefst, tiefster, tiefstkurs, tiefstpreis, tagestief, tiefkurs, niedrig, niedrigster",
        "close": "schluss, schlusskurs, schlusspreis, schließung, endkurs",
        "price": "kurs, preis, zuletzt, letzter, letzter kurs, wert",
    },
    "fr": {
        "time": "date, jour, heure, date heure, horodatage, séance",
        "open": "ouverture, ouv, premier, cours d'ouverture, prix d'ouverture",
        "high": "haut, plus haut, élevé, cours le plus haut, maximum",
        "low": "bas, plus bas, faible, cours le plus bas, minimum",
        "close": "clôture, fermeture, cours de clôture, prix de clôture",
        "price": "dernier, prix, cours, dernier cours, valeur, valeur liquidative",
    },
    "es": {
        "time": "fecha, hora, fecha hora, fecha y hora, día",
        "open": "apertura, precio de apertura, abre",
        "high": "máximo, máx, alto, más alto, precio máximo",
        "low": "mínimo, mín, bajo, más bajo, precio mínimo",
        "close": "cierre, precio de cierre, cierra",
        "price": "precio, último, últ, último precio, cotización, valor",
    },
    "it": {
        "time": "data, ora, data ora, data e ora, giorno",
        "open": "apertura, prezzo di apertura",
        "high": "massimo, max, alto, prezzo massimo",
        "low": "minimo, min, basso, prezzo minimo",
        "close": "chiusura, prezzo di chiusura",
        "price": "prezzo, ultimo, ultimo prezzo, quotazione, valore",
    },
    "pt": {
        "time": "data, hora, data hora, data e hora, dia",
        "open": "abertura, preço de abertura",
        "high": "máxima, máximo, máx, alta, preço máximo",
        "low": "mínima, mínimo, mín, baixa, preço mínimo",
        "close": "fechamento, fecho, preço de fechamento",
        "price": "preço, último, último preço, cotação, valor",
    },
    "nl": {
        "time": "datum, tijd, datum tijd, tijdstip, dag",
        "open": "opening, openingskoers, openingsprijs",
        "high": "hoog, hoogste, hoogste koers, dag hoog",
        "low": "laag, laagste, laagste koers, dag laag",
        "close": "slot, slotkoers, sluiting, sluitkoers, slotprijs",
        "price": "koers, prijs, laatst, laatste, laatste koers, waarde",
    },
    "pl": {
        "time": "data, czas, godzina, data i czas, dzień",
        "open": "otwarcie, kurs otwarcia",
        "high": "najwyższy, maksimum, maks, maksymalny, kurs maksymalny, max",
        "low": "najniższy, minimum, minimalny, kurs minimalny, min",
        "close": "zamknięcie, kurs zamknięcia",
        "price": "cena, kurs, ostatnio, ostatni, wartość",
    },
    "sv": {
        "time": "datum, tid, dag",
        "open": "öppning, öppningskurs, öppen",
        "high": "högst, högsta, högstakurs, hög",
        "low": "lägst, lägsta, lägstakurs, låg",
        "close": "stängning, stängningskurs, slutkurs, stäng",
        "price": "senast, kurs, pris, värde",
    },
    "tr": {
        "time": "tarih, saat, zaman, gün",
        "open": "açılış, açılış fiyatı",
        "high": "yüksek, en yüksek",
        "low": "düşük, en düşük",
        "close": "kapanış, kapanış fiyatı",
        "price": "şimdi, fiyat, son, değer",
    },
    "ru": {
        "time": "дата, время, дата время, дата и время, день",
        "open": "открытие, откр, цена открытия",
        "high": "максимум, макс, максимальная, максимальная цена, высокая",
        "low": "минимум, мин, минимальная, минимальная цена, низкая",
        "close": "закрытие, закр, цена закрытия",
        "price": "цена, последняя, последняя цена, курс, значение",
    },
    "zh": {
        "time": "日期, 时间, 時間, 交易日期, 交易时间, 日期时间",
        "open": "开盘, 開盤, 开盘价, 開盤價, 开市, 開市, 今开",
        "high": "最高, 最高价, 最高價, 高",
        "low": "最低, 最低价, 最低價, 低",
        "close": "收盘, 收盤, 收盘价, 收盤價, 收市",
        "price": "价格, 價格, 最新价, 成交价",
    },
    "ja": {
        "time": "日付, 日付け, 日時, 時刻, 年月日",
        "open": "始値, 始値円",
        "high": "高値",
        "low": "安値",
        "close": "終値",
        "price": "価格, 現在値",
        "late": "調整後終値, 修正後終値",
    },
    "ko": {
        "time": "날짜, 일자, 시간, 일시",
        "open": "시가, 오픈",
        "high": "고가",
        "low": "저가",
        "close": "종가",
        "price": "현재가, 가격",
    },
}
# A day and a time of day in columns of their own.
_DAYS: Final = "date, datum, fecha, data, tarih, дата, 日期, 日付, 日付け, 날짜, trade date, day"
_CLOCKS = (
    "time, zeit, uhrzeit, heure, hora, ora, tijd, tid, saat, czas, godzina, время, 时间, 時間, 時刻, 시간"
)
_OFFSETS: Final = "utc offset, gmt offset, tz offset, offset, time zone offset, timezone"
# What a column holds instead of prices, by words of its heading.
_OTHER: Final = {
    "funding": "funding, fundingrate",
    "volume": "volume, vol, volumen, umsatz, volumes, wolumen, hacim, объём, объем, 出来高, 交易量, 成交量, "
    "거래량, "
    "trades, quantity, count, amount, turnover, qty",
    "interest": "openinterest, oi",
    "size": "marketcap, capitalization, capitalisation, marktkapitalisierung",
}
# Beside one of these words "open", "close" and "high" mean something else.
_STRANGERS = "time, date, timestamp, interest, volume, vol, change, chg, percent, trades, number, amount"


def heading_key(heading: str) -> str:
    """A heading as it is compared: letters and digits only, without case and accents.

    Parameters
    ----------
    heading : str

    Returns
    -------
    str

    Examples
    --------
    >>> heading_key("<Eröffn.>"), heading_key("Time (UTC)")
    ('eroffn', 'time')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(c))
    key = "".join(filter(str.isalnum, plain.casefold())).replace("ł", "l").replace("ı", "i")
    shorter = key.removesuffix("utc")
    return shorter or key


def heading_words(heading: str) -> tuple[str, ...]:
    """The words of a heading, each as in :func:`heading_key`; what begins with a digit is left out.

    Parameters
    ----------
    heading : str

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> heading_words("1. open"), heading_words("BTC.Open"), heading_words("openPrice (USD)")
    (('open',), ('btc', 'open'), ('open', 'price', 'usd'))
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    words = (heading_key(word) for word in re.split(r"[\W_]+", spaced))
    return tuple(word for word in words if word and not word[0].isdecimal())


def _keys(names: str) -> tuple[str, ...]:
    return tuple(map(heading_key, names.split(", ")))


def _known(*roles: str) -> tuple[str, ...]:
    """Every name of a column, the languages one after the other; of several roles the first goes first."""
    return tuple(
        dict.fromkeys(
            key for role in roles for words in _WORDS.values() for key in _keys(words.get(role, ""))
        )
    )


HEADINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "time": _known("time"),
        "open": _known("open"),
        "high": _known("high"),
        "low": _known("low"),
        "close": _known("close", "price", "late"),
    }
)
DAYS, CLOCKS, OFFSETS, STRANGERS = map(frozenset, map(_keys, (_DAYS, _CLOCKS, _OFFSETS, _STRANGERS)))
ENGLISH: Final = frozenset(key for names in _WORDS["en"].values() for key in _keys(names))
_ALL: Final = frozenset(key for names in HEADINGS.values() for key in names)
_KINDS: Final = {key: kind for kind, names in _OTHER.items() for key in _keys(names)}


def is_foreign(headings: Iterable[str]) -> bool:
    """Whether one of the headings names a column in another language than English.

    Parameters
    ----------
    headings : iterable of str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_foreign(["Datum", "Kurs"]), is_foreign(["date", "DEXJPUS"])
    (True, False)
    """
    return any(key in _ALL and key not in ENGLISH for key in map(heading_key, headings))


def other_kind(heading: str) -> str:
    """What a column holds that is not prices.

    Parameters
    ----------
    heading : str

    Returns
    -------
    str
        "funding", "volume", "interest" or "size"; empty where the heading does not tell.

    Examples
    --------
    >>> other_kind("last_funding_rate"), other_kind("Volume BTC"), other_kind("DCOILWTICO")
    ('funding', 'volume', '')
    """
    words = (heading_key(heading), *heading_words(heading))
    return next((_KINDS[word] for word in words if word in _KINDS), "")
