"""Every layout that learners bring, every way a file can be broken, and arbitrary bytes."""

import csv
import io
import pickle
import re
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.market.history import black_monday
from engine.market.price_file import MAX_BYTES, MAX_ROWS, PriceFileError, longer_steps, parse_csv

patient = settings(deadline=None)  # a busy machine is not a broken reader

COLUMNS = ["time", "hours", "open", "high", "low", "close"]

# The same three hours of one market, as each source writes them.
OPEN, HIGH = [7948.5, 7950.0, 7600.25], [7969.0, 7950.0, 7700.0]
LOW, CLOSE = [7940.0, 7590.0, 7100.0], [7950.0, 7600.25, 7150.5]
HOURLY = ["2020-03-12T00:00", "2020-03-12T01:00", "2020-03-12T02:00"]
DAILY = ["2020-03-12", "2020-03-13", "2020-03-14"]

KLINES = """\
1583971200000,7948.50,7969.00,7940.00,7950.00,10.1,1583974799999,80000.0,100,5.0,40000.0,0
1583974800000,7950.00,7950.00,7590.00,7600.25,20.2,1583978399999,150000.0,200,9.0,70000.0,0
1583978400000,7600.25,7700.00,7100.00,7150.50,30.3,1583981999999,210000.0,300,9.0,65000.0,0
"""
KLINES_HEADING = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
    "taker_buy_volume,taker_buy_quote_volume,ignore\n"
)
KLINES_MICROSECONDS = KLINES.replace("0000,79", "0000000,79").replace("0000,76", "0000000,76")
TRADINGVIEW = """\
time,open,high,low,close,Volume,MA
1583971200,7948.5,7969,7940,7950,10,
1583974800,7950,7950,7590,7600.25,20,
1583978400,7600.25,7700,7100,7150.5,30,7566.9
"""
TRADINGVIEW_ISO = """\
time,open,high,low,close
2020-03-12T01:00:00+01:00,7948.5,7969,7940,7950
2020-03-12T02:00:00+01:00,7950,7950,7590,7600.25
2020-03-12T03:00:00+01:00,7600.25,7700,7100,7150.5
"""
CRYPTODATADOWNLOAD = """\
https://www.CryptoDataDownload.com
unix,date,symbol,open,high,low,close,Volume BTC,Volume USD
1583978400,2020-03-12 02:00:00,BTC/USD,7600.25,7700,7100,7150.5,30.3,1
1583974800,2020-03-12 01:00:00,BTC/USD,7950,7950,7590,7600.25,20.2,1
1583971200,2020-03-12 00:00:00,BTC/USD,7948.5,7969,7940,7950,10.1,1
"""
METATRADER = """\
<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>
2020.03.12\t00:00:00\t7948.5\t7969\t7940\t7950\t1
2020.03.12\t01:00:00\t7950\t7950\t7590\t7600.25\t1
2020.03.12\t02:00:00\t7600.25\t7700\t7100\t7150.5\t1
"""
AM_PM = """\
Date,Open,High,Low,Close
3/12/2020 12:00:00 AM,7948.5,7969,7940,7950
3/12/2020 1:00:00 AM,7950,7950,7590,7600.25
3/12/2020 2:00:00 AM,7600.25,7700,7100,7150.5
3/13/2020 2:00:00 PM,7600,7600,7600,7600
"""

YAHOO = """\
Date,Open,High,Low,Close,Adj Close,Volume
2020-03-12,7948.5,7969,7940,7950,1,10
2020-03-13,7950,7950,7590,7600.25,2,20
2020-03-14,7600.25,7700,7100,7150.5,3,30
"""
INVESTING = """\
"Date","Price","Open","High","Low","Vol.","Change %"
"03/14/2020","7,150.50","7,600.25","7,700.00","7,100.00","1.21M","-5.92%"
"03/13/2020","7,600.25","7,950.00","7,950.00","7,590.00","1.10M","-4.40%"
"03/12/2020","7,950.00","7,948.50","7,969.00","7,940.00","0.90M","0.02%"
"""
INVESTING_OLD = INVESTING.replace("03/14/2020", "Mar 14, 2020").replace("03/13/2020", "Mar 13, 2020")
INVESTING_OLD = INVESTING_OLD.replace("03/12/2020", "Mar 12, 2020")
NASDAQ = """\
Date,Close/Last,Volume,Open,High,Low
03/14/2020,$7150.50,30,$7600.25,$7700,$7100
03/13/2020,$7600.25,20,$7950.00,$7950,$7590
03/12/2020,$7950.00,10,$7948.50,$7969,$7940
"""
EUROPEAN = """\
sep=;
Date;Open;High;Low;Close
12.03.2020;7.948,5;7.969;7.940;7.950
13.03.2020;7.950;7.950;7.590;7.600,25 €
14.03.2020;7.600,25;7.700;7.100;7.150,5
"""
SWISS = """\
Date\tOpen\tHigh\tLow\tClose
12/03/2020\t7'948.5\t7'969\t7'940\t7'950
13/03/2020\t7'950\t7'950\t7'590\t7\u202f600.25
14/03/2020\t7'600.25\t7'700\t7'100\t7'150.5
"""
YFINANCE = """\
Price,Close,High,Low,Open,Volume
Ticker,BTC-USD,BTC-USD,BTC-USD,BTC-USD,BTC-USD
Date,,,,,
2020-03-12,7950,7969,7940,7948.5,10
2020-03-13,7600.25,7950,7590,7950,20
2020-03-14,7150.5,7700,7100,7600.25,30
"""
COINMARKETCAP = """\
timeOpen;timeClose;name;open;high;low;close;volume;timestamp
"2020-03-14T00:00:00.000Z";"2020-03-14T23:59:59.999Z";"2781";7600.25;7700;7100;7150.5;1;"2020-03-14T23:59:59.999Z"
"2020-03-13T00:00:00.000Z";"2020-03-13T23:59:59.999Z";"2781";7950;7950;7590;7600.25;1;"2020-03-13T23:59:59.999Z"
"2020-03-12T00:00:00.000Z";"2020-03-12T23:59:59.999Z";"2781";7948.5;7969;7940;7950;1;"2020-03-12T23:59:59.999Z"
"""
NO_HEADING = "".join(YAHOO.splitlines(keepends=True)[1:])

BARS = {
    "binance klines": (KLINES, HOURLY),
    "binance klines with headings": (KLINES_HEADING + KLINES, HOURLY),
    "binance klines in microseconds": (KLINES_MICROSECONDS, HOURLY),
    "tradingview": (TRADINGVIEW, HOURLY),
    "tradingview with a zone": (TRADINGVIEW_ISO, HOURLY),
    "cryptodatadownload": (CRYPTODATADOWNLOAD, HOURLY),
    "metatrader": (METATRADER, HOURLY),
    "yahoo": (YAHOO, DAILY),
    "investing.com": (INVESTING, DAILY),
    "investing.com with month names": (INVESTING_OLD, DAILY),
    "nasdaq": (NASDAQ, DAILY),
    "european": (EUROPEAN, DAILY),
    "swiss": (SWISS, DAILY),
    "yfinance": (YFINANCE, DAILY),
    "coinmarketcap": (COINMARKETCAP, DAILY),
    "no headings": (NO_HEADING, DAILY),
    "byte order mark": ("\ufeff" + YAHOO, DAILY),
    "windows line ends": (YAHOO.replace("\n", "\r\n"), DAILY),
    "old mac line ends": (YAHOO.replace("\n", "\r"), DAILY),
    "blank lines": ("\n\n" + YAHOO.replace("\n", "\n\n,,,,,,\n  \n"), DAILY),
    "no last line end": (YAHOO.rstrip(), DAILY),
    "spaces": (YAHOO.replace(",", " , "), DAILY),
    "trailing commas": (YAHOO.replace("\n", ",\n"), DAILY),
    "upper case": (YAHOO.upper(), DAILY),
    "utf-16": (YAHOO.encode("utf-16"), DAILY),
    "utf-16 big-endian": (("\ufeff" + YAHOO).encode("utf-16-be"), DAILY),
    "windows-1252": (
        EUROPEAN.replace("Open", "Öffnung;Open").replace("2020;", "2020;1;").encode("cp1252"),
        DAILY,
    ),
}


@pytest.mark.parametrize("data, times", BARS.values(), ids=BARS)
def test_every_source_of_bars_gives_the_same_frame(data, times):
    frame = parse_csv(data)[:3]
    assert list(frame) == COLUMNS
    assert isinstance(frame.index, pd.RangeIndex) and frame.index.name == "step"
    assert list(frame["time"]) == [pd.Timestamp(each) for each in times]
    step = 1.0 if times is HOURLY else 24.0
    assert list(frame["hours"]) == [0.0, step, 2 * step]
    for name, values in zip(COLUMNS[2:], [OPEN, HIGH, LOW, CLOSE], strict=True):
        assert list(frame[name]) == values and frame[name].dtype == np.float64


CLOSES = {
    "two columns": "date,price\n2020-03-12,100\n2020-03-13,90.5\n",
    "two columns without headings": "2020-03-12,100\n2020-03-13,90.5\n",
    "price first": "price,date\n100,2020-03-12\n90.5,2020-03-13\n",
    "fred": "observation_date,DCOILWTICO\n2020-03-12,100\n2020-03-13,90.5\n",
    "unknown headings": "Tag,Kurs\n2020-03-12,100\n2020-03-13,90.5\n",
    "unknown price heading before the date": "Kurs,Date\n100,2020-03-12\n90.5,2020-03-13\n",
    "unknown date heading": "Tag,Price\n2020-03-12,100\n2020-03-13,90.5\n",
    "coingecko": "snapped_at,price,cap\n2020-03-12 00:00:00 UTC,100,1\n2020-03-13 00:00:00 UTC,90.5,1\n",
    "zone in the heading": "Date(UTC),Price,Volume\n2020-03-12,100,1\n2020-03-13,90.5,1\n",
    "spaces before quotes": 'date, price\n2020-03-12, "100"\n2020-03-13, "90.5"\n',
    "byte order mark without headings": "\ufeff1583971200,100\n1584057600,90.5\n",
    "slashes": "date,price\n2020/03/12,100\n2020/3/13,90.5\n",
    "compact dates": "date,price\n20200312,100\n20200313,90.5\n",
    "day first": "date,price\n12/03/2020,100\n13/03/2020,90.5\n",
    "month first": "date,price\n3/12/2020,100\n3/13/2020,90.5\n",
    "day with dashes": "date,price\n12-Mar-2020,100\n13-Mar-2020,90.5\n",
    "day month year": "date,price\n12 Mar 2020,100\n13 Mar 2020,90.5\n",
    "long month": 'date,price\n"March 12, 2020",100\n"March 13, 2020",90.5\n',
    "long month last": "date,price\n12 March 2020,100\n13 March 2020,90.5\n",
    "minutes and pm": "date,price\n3/12/2020 02:00 PM,100\n3/13/2020 02:00 PM,90.5\n",
    "decimal commas": "date;price\n2020-03-12;100,0\n2020-03-13;90,5\n",
    "decimal commas in tabs": "date\tprice\n2020-03-12\t100\n2020-03-13\t90,5\n",
    "nanoseconds": "date,price\n1583971200000000000,100\n1584057600000000000,90.5\n",
    "scientific": "date,price\n2020-03-12,1e2\n2020-03-13,9.05E+1\n",
    "only some of the bar": "date,high,low,close\n2020-03-12,120,80,100\n2020-03-13,120,80,90.5\n",
    "close before adjusted": "date,adj close,close\n2020-03-12,1,100\n2020-03-13,2,90.5\n",
    "a title": "Prices of something\ndate,price\n2020-03-12,100\n2020-03-13,90.5\n",
    "two titles": "Prices\nfrom somewhere\n\ndate,price\n2020-03-12,100\n2020-03-13,90.5\n",
}


@pytest.mark.parametrize(
    "prices",
    [
        ("999", "1,002"),
        ("42,000", "41,500"),
        ("1,085", "1,092"),
        ("100,500", "99,500"),
        ("$42,000", "$41,500"),
        ("7,950 €", "7,600 €"),
    ],
)
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_comma_that_may_be_either_mark_is_refused(prices, delimiter):
    cell = next(price for price in prices if "," in price)
    meanings = re.escape(f"{cell.replace(',', '')} or {cell.replace(',', '.')}")
    with pytest.raises(PriceFileError, match=f"can mean {meanings}, .*Write prices without commas"):
        parse_csv("\n".join(f"2024-01-0{day}{delimiter}{price}" for day, price in enumerate(prices, 1)))


@pytest.mark.parametrize(
    "decisive, close, other",
    [
        ("0,123", 0.123, 2.345),  # no group of thousands begins with a zero
        ("1234,567", 1234.567, 2.345),  # nor has four digits
        ("1,5", 1.5, 2.345),
        ("1,50", 1.5, 2.345),
        ("1 234,567", 1234.567, 2.345),
        ("1,234,567", 1_234_567.0, 2345.0),
        ("1,234.5", 1234.5, 2345.0),
    ],
)
def test_one_price_decides_what_the_commas_mean_in_all(decisive, close, other):
    for first, second, closes in ((decisive, "2,345", [close, other]), ("2,345", decisive, [other, close])):
        frame = parse_csv(f"2024-01-01;{first}\n2024-01-02;{second}\n")
        assert frame["close"].to_list() == closes


def test_a_price_in_any_column_decides_what_the_commas_mean_in_all():
    frame = parse_csv("2024-01-01;2,345;2,5;2,345;2,345\n2024-01-02;2,345;2,345;2,345;2,345\n")
    assert frame["close"].to_list() == [2.345, 2.345] and frame["high"][0] == 2.5


def test_between_commas_a_quoted_comma_groups_thousands():
    assert parse_csv('2024-01-01,"1,234"\n2024-01-02,"1,235"\n')["close"].to_list() == [1234.0, 1235.0]


@pytest.mark.parametrize("data", CLOSES.values(), ids=CLOSES)
def test_a_file_of_closes_gives_flat_bars(data):
    frame = parse_csv(data)
    assert list(frame["hours"]) == [0.0, 24.0]
    assert frame["time"][0].date() == pd.Timestamp("2020-03-12").date()
    for name in ("open", "high", "low", "close"):
        assert list(frame[name]) == [100.0, 90.5]


def test_text_and_bytes_are_the_same_file():
    pd.testing.assert_frame_equal(parse_csv(YAHOO), parse_csv(YAHOO.encode()))


def test_days_with_dots_put_the_day_first():
    assert parse_csv("date,price\n01.02.2020,1\n02.02.2020,1\n")["hours"][1] == 24


def test_a_gap_of_years_is_no_error():
    assert parse_csv("date,price\n1800-01-01,1\n2020-01-01,1\n")["hours"][1] > 1.9e6


def test_a_price_file_may_change_its_epoch_unit_half_way():
    frame = parse_csv("1735603200000,1\n1735689600000000,2\n")
    assert frame["hours"][1] == 24


def test_rounding_of_the_last_digit_is_mended_and_more_is_not():
    text = "date,open,high,low,close\n2020-01-01,10,10,9.9999995,10.000001\n2020-01-02,10,10,10,{}\n"
    frame = parse_csv(text.format("9.999999"))
    assert list(frame["high"]) == [10.000001, 10] and list(frame["low"]) == [9.9999995, 9.999999]
    for close in ("9.9999", "10.0001"):
        with pytest.raises(PriceFileError, match="Line 3: the close"):
            parse_csv(text.format(close))


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def rows(*lines: str, headings: str = "date,price") -> str:
    return "\n".join([headings, *lines])


def bars(*lines: str) -> str:
    return rows(*lines, headings="date,open,high,low,close")


FIRST = "2020-01-01,100"
BROKEN = {
    # the whole file
    "empty": (b"", ["empty", "column of dates"]),
    "blank": (" \n\t\n \r\n", ["empty"]),
    "delimiters only": (",,,\n,,\n", ["delimiters only", "column of dates"]),
    "headings only": ("date,price\n", ["“date”, “price”", "no rows of prices"]),
    "yfinance without rows": ("Price,Close\nTicker,BTC\nDate,\n", ["no rows of prices"]),
    "one row": (rows(FIRST), ["only one row", "at least two"]),
    "xlsx": (zipped(), ["spreadsheet or zip", "export it as CSV"]),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1", ["old Excel", "CSV"]),
    "pdf": (b"%PDF-1.7\n1 0 obj", ["PDF", "CSV"]),
    "png": (b"\x89PNG\r\n\x1a\n\x00", ["image", "CSV"]),
    "jpeg": (b"\xff\xd8\xff\xe0\x00", ["image"]),
    "gzip": (b"\x1f\x8b\x08\x00", ["gzip"]),
    "parquet": (b"PAR1\x15\x04", ["Parquet"]),
    "other binary": (bytes(range(256)), ["binary", "CSV (UTF-8)"]),
    "null bytes at the start": ("da\0te,price\n2020-01-01,1\n", ["binary"]),
    "null bytes far below": (rows(*[f"{1583971200 + i},1" for i in range(2000)], "1,\0"), ["binary"]),
    "utf-16 without its mark": (YAHOO.encode("utf-16-le"), ["binary", "UTF-8"]),
    "web page": ("\n<!DOCTYPE html><html><body>429", ["web page", "download or export"]),
    "xml": ("<?xml version='1.0'?><prices/>", ["web page"]),
    "json": ('{"code":-1121,"msg":"Invalid symbol."}', ["JSON", "Export it as CSV"]),
    "json list": ('[[1583971200000,"7948.5"]]', ["JSON"]),
    "too many bytes": (b"1" * (MAX_BYTES + 1), ["50 MB", "shorter period"]),
    # columns
    "one column": ("price\n100\n101\n", ["one value on each line", "date first"]),
    "one column without headings": ("100\n101\n", ["one value on each line"]),
    "spaces as delimiter": ("date price\n2020-01-01 100\n", ["one value on each line", "semicolon"]),
    "bars as delimiter": ("date|price\n2020-01-01|100\n", ["one value on each line", "semicolon"]),
    "no price column": (
        "date,volume,trades\n2020-01-01,5,1\n",
        ["No column is headed Close or Price", "“volume”", "Rename"],
    ),
    "no time column": ("open,high,low,close\n1,1,1,1\n", ["No column is headed Date", "“open”", "Rename"]),
    "two close columns": (
        "date,Close,Close\n2020-01-01,1,2\n",
        ["Two columns are headed “Close”", "delete or rename"],
    ),
    "several unnamed columns": (
        "2020-01-01,1,2\n2020-01-02,1,2\n",
        ["3 columns have no headings", "first line"],
    ),
    "sideways": (",".join(["2020-01-01"] * 500), ["Line 1:", "500 values", "a line of its own"]),
    # rows
    "short row": (
        bars("2020-01-01,1,1,1,1", "2020-01-02,1,1"),
        ["Line 3:", "3 values where 5 are expected", "add or delete"],
    ),
    "one value in a row": (bars("2020-01-01,1,1,1,1", "end"), ["Line 3: has 1 value where"]),
    "decimal commas between commas": (
        rows("2020-01-01,100,5", "2020-01-02,100,7"),
        ["Line 2:", "3 values where 2", "semicolons"],
    ),
    "headings twice": (rows(FIRST, "date,price", "2020-01-02,1"), ["Line 3: repeats the headings; delete"]),
    "unclosed quote": (rows(FIRST, '"2020-01-02,1', "2020-01-03,1"), ["Line 3:", "quotation mark", "delete"]),
    "text after a quote": (rows(FIRST, '"2020-01-02"x,1'), ["Line 3:", "quotation mark"]),
    "endless value": (rows(FIRST, "2020-01-02," + "1" * 200_000), ["Line 3:", "no end"]),
    # prices
    "text price": (
        rows(FIRST, "2020-01-02,abc"),
        ["Line 3:", "the close is “abc”", "not a number", "1234.5"],
    ),
    "negative price": (
        rows(FIRST, "2020-01-02,-37.63"),
        ["Line 3:", "“-37.63”", "above zero", "delete the row"],
    ),
    "zero price": (rows(FIRST, "2020-01-02,0"), ["Line 3:", "“0”", "above zero"]),
    "zero open": (bars("2020-01-01,1,1,1,1", "2020-01-02,0,1,1,1"), ["Line 3: the open is “0”"]),
    "empty price": (rows(FIRST, "2020-01-02,"), ["Line 3:", "the close is missing", "fill it in"]),
    "null price": (rows(FIRST, "2020-01-02,null"), ["Line 3:", "missing (“null”)"]),
    "nan price": (rows("2020-01-01,NaN", "2020-01-02,1"), ["Line 2:", "missing (“NaN”)"]),
    "infinite price": (rows(FIRST, "2020-01-02,inf"), ["Line 3:", "infinite", "correct it"]),
    "overflowing price": (rows(FIRST, "2020-01-02,1e999"), ["Line 3:", "“1e999”", "infinite"]),
    "absurd price": (rows(FIRST, "2020-01-02,1e13"), ["Line 3:", "“1e13”", "from 1e-12 to 1e+12"]),
    "vanishing price": (rows(FIRST, "2020-01-02,1e-300"), ["Line 3:", "from 1e-12"]),
    "wrong thousands": (rows(FIRST, '2020-01-02,"1,5"'), ["Line 3:", "“1,5”", "not a number"]),
    "two numbers": (rows(FIRST, "2020-01-02,1 5"), ["Line 3:", "“1 5”"]),
    "percent": (rows(FIRST, "2020-01-02,5%"), ["Line 3:", "“5%”"]),
    "arabic digits": (rows(FIRST, "2020-01-02,١٢"), ["Line 3:", "not a number"]),
    "high below low": (
        bars("2020-01-01,1,1,1,1", "2020-01-02,2,1,3,2"),
        ["Line 3:", "high 1 is below the low 3", "columns swapped"],
    ),
    "close above high": (
        bars("2020-01-01,1,1,1,1", "2020-01-02,2,3,1,4"),
        ["Line 3:", "close 4 is not between the low 1 and the high 3", "correct"],
    ),
    "open below low": (bars("2020-01-01,1,1,1,1", "2020-01-02,0.5,3,1,2"), ["Line 3:", "open 0.5 is not"]),
    # times
    "empty time": (rows(FIRST, ",101"), ["Line 3:", "the time is missing", "like “2020-01-01” on line 2"]),
    "impossible date": (rows(FIRST, "2020-13-45,1"), ["Line 3:", "“2020-13-45” is not a real time"]),
    "thirtieth of february": (rows("2020-02-28,1", "2020-02-30,1"), ["Line 3:", "“2020-02-30”"]),
    "word for a date": (rows(FIRST, "yesterday,1"), ["Line 3:", "“yesterday”", "“2020-01-01” on line 2"]),
    "the clock": (rows(FIRST, "now,1"), ["Line 3:", "“now” is not a real time"]),
    "no date at all": (rows("a,1", "b,2"), ["Line 2:", "“a”", "2020-01-31 14:00"]),
    "mixed layouts": (rows(FIRST, "2020-01-02,1", "15/01/2020,1"), ["Line 4:", "“15/01/2020”", "on line 2"]),
    "mixed the other way": (
        rows("13/01/2020,1", "14/01/2020,1", "2020-01-15,1"),
        ["Line 4:", "“2020-01-15”", "like “13/01/2020” on line 2"],
    ),
    "day first and month first": (
        rows("13/01/2020,1", "14/01/2020,1", "01/15/2020,1"),
        ["Line 4:", "“01/15/2020” is not a real time", "best as 2020-01-31"],
    ),
    "ambiguous dates": (
        rows("03/04/2020,1", "03/05/2020,1"),
        ["Line 2:", "“03/04/2020” may be day/month or month/day", "year-month-day"],
    ),
    "two-digit year": (rows("13/01/20,1", "14/01/20,1"), ["Line 2:", "“13/01/20”", "2020-01-31"]),
    "row numbers for dates": (rows("1,100", "2,101"), ["Line 2:", "“1” is not a real time"]),
    "spreadsheet day numbers": (
        rows("43831,1", "43832,1"),
        ["Line 2:", "“43831”", "format the column as a date"],
    ),
    "spreadsheet rounding": (rows("1.58397E+12,1", "1.58397E+12,1"), ["Line 2:", "spreadsheet", "format"]),
    "spreadsheet column too narrow": (rows("########,1", "########,1"), ["Line 2:", "spreadsheet"]),
    "epoch nonsense": (rows("1583971200,1", "15839712,1"), ["Line 3:", "“15839712”", "like “1583971200”"]),
    "negative epoch": (rows("1583971200,1", "-1583971200,1"), ["Line 3:", "“-1583971200”"]),
    "year too early": (rows(FIRST, "1699-12-31,1"), ["Line 3:", "“1699-12-31”"]),
    "year too late": (rows(FIRST, "2345-01-01,1"), ["Line 3:", "“2345-01-01”"]),
    "same time twice": (rows(FIRST, "2020-01-01,101"), ["Line 3:", "same time as line 2", "keep one row"]),
    "same time twice newest first": (
        rows("2020-01-02,1", FIRST, FIRST),
        ["Line 4: has the same time as line 3 (2020-01-01T00:00:00)"],
    ),
    "disorder": (
        rows(FIRST, "2020-01-03,1", "2020-01-02,1", "2020-01-04,1"),
        ["Line 4:", "2020-01-02", "after 2020-01-03", "line 3", "oldest to newest", "sort"],
    ),
    "disorder newest first": (
        rows("2020-01-04,1", "2020-01-02,1", "2020-01-03,1", "2020-01-01,1"),
        ["Line 4:", "newest to oldest"],
    ),
}


@pytest.mark.parametrize("data, words", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_the_line_the_finding_and_the_mend(data, words):
    with pytest.raises(PriceFileError) as error:
        parse_csv(data)
    message = str(error.value)
    assert [word for word in words if word not in message] == [], message
    assert all(line >= 0 and sentence.endswith((".", "?")) for line, sentence in error.value.problems)


def test_line_numbers_count_blank_lines_titles_and_lines_within_quotes():
    text = 'A title\n\n"date","pri\nce"\n\n2020-01-01,1\n\n2020-01-02,x\n'
    with pytest.raises(PriceFileError, match="^Line 8: the close is “x”"):
        parse_csv(text)


def test_one_error_holds_every_problem_in_the_order_of_lines():
    text = bars(
        "2020-01-01,1,1,1,1", "2020-01-02,a,1,1,1", "oops", "2020-13-01,1,1,1,-1", "2020-01-05,1,1,3,1"
    )
    with pytest.raises(PriceFileError) as error:
        parse_csv(text)
    assert [line for line, _ in error.value.problems] == [3, 4, 5, 5, 6]
    assert str(error.value).count("\n") == 4


def test_five_problems_are_shown_and_the_rest_counted():
    with pytest.raises(PriceFileError) as error:
        parse_csv(rows(*[f"{1583971200 + place},x" for place in range(1200)]))
    message = str(error.value).splitlines()
    assert len(error.value.problems) == 1200
    assert len(message) == 6 and message[-1] == "… and 1,195 more."


def test_a_bad_row_is_quoted_briefly_and_without_control_characters():
    with pytest.raises(PriceFileError) as error:
        parse_csv(rows(FIRST, "2020-01-02," + "x" * 100, "2020-01-03,a\x9bb"))
    assert "“" + "x" * 29 + "…”" in str(error.value)
    assert "a\\x9bb" in str(error.value)


def test_the_error_survives_a_copy_to_another_process():
    error = PriceFileError([(3, "third."), (0, "whole.")])
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "whole.\nLine 3: third."


def work(data):
    """How many lines of the market's code run to read a file, or to refuse it: the same on every machine."""
    count = 0

    def look(frame, event, _):
        nonlocal count
        if "/engine/market/" not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        count += event == "line"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        parse_csv(data)
    except PriceFileError as error:
        str(error)
    finally:
        sys.settrace(before)
    return count


def test_a_million_rows_are_refused_before_they_are_read(monkeypatch):
    data = b"date,price\n" + b"2020-01-01,100\n" * 1_000_000
    monkeypatch.setattr(csv, "reader", lambda *_, **__: pytest.fail("a row was read"))
    with pytest.raises(PriceFileError, match="1,000,001 lines.* at most 200,000 rows.*shorter period"):
        parse_csv(data)
    assert work(data) < 20_000  # a look at the first 10,000 characters, and no row


def many(count, price):
    return "\n".join(["time,price", *(f"{1_500_000_000 + 60 * row},{price(row)}" for row in range(count))])


def test_the_largest_file_is_read_and_one_row_more_is_refused():
    text = many(MAX_ROWS, lambda row: 100 + row % 7)
    assert len(parse_csv(text + "\n")) == MAX_ROWS
    with pytest.raises(PriceFileError, match="200,002 lines"):
        parse_csv(text + "\n1600000000,1")


@pytest.mark.parametrize(
    "price",
    [
        pytest.param(lambda row: 100 + row % 7, id="good"),
        pytest.param(lambda row: "x", id="every row bad"),
        pytest.param(lambda row: "1,2,3", id="every row ragged"),
        pytest.param(lambda row: f'"1,{row % 900 + 100}.5"', id="every price grouped"),
    ],
)
def test_twice_the_rows_are_at_most_twice_the_work(price):
    once, twice = (work(many(rows, price)) for rows in (1_000, 2_000))
    assert twice < 2.1 * once and twice < 2_000 * 60


def check(data):
    """A tidy frame or a PriceFileError with sentences; anything else fails."""
    try:
        frame = parse_csv(data)
    except PriceFileError as error:
        assert error.problems and str(error)
        return
    assert list(frame) == COLUMNS and len(frame) >= 2
    assert frame["hours"].iloc[0] == 0 and (frame["hours"].diff().iloc[1:] > 0).all()
    assert np.isfinite(frame[COLUMNS[1:]].to_numpy()).all() and (frame["low"] > 0).all()
    assert (frame["low"] <= frame[["open", "close"]].min(axis=1)).all()
    assert (frame["high"] >= frame[["open", "close"]].max(axis=1)).all()


@patient
@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_break_the_reader(data):
    check(data)


@patient
@given(st.text(max_size=200))
def test_arbitrary_text_never_breaks_the_reader(text):
    check(text)


cell = st.sampled_from(
    [
        "",
        "date",
        "time",
        "close",
        "price",
        "open",
        "high",
        "low",
        "2020-01-01",
        "2020-01-02",
        "13/01/2020",
        "01/02/2020",
    ]
    + [
        "1583971200",
        "1583974800000",
        "1",
        "2.5",
        "1,000",
        "-1",
        "nan",
        "inf",
        "1e400",
        "now",
        '"',
        '"a"',
        "Price",
    ]
    + [
        "Ticker",
        "Date",
        "12:00",
        "2020-01-01T00:00Z",
        "9999-99-99",
        "9" * 25,
        "1e18",
        "2020-01-01 24:00",
        "\ud800",
    ]
)


@patient
@given(st.lists(st.lists(cell, min_size=1, max_size=6), max_size=8), st.sampled_from(",;\t"))
def test_arbitrary_tables_never_break_the_reader(table, delimiter):
    check("\n".join(delimiter.join(row) for row in table))


splinter = st.one_of(st.binary(max_size=4), st.sampled_from([b",", b";", b"\n", b'"', b"-", b"0", b"/"]))


@patient
@given(
    st.sampled_from([data if isinstance(data, bytes) else data.encode() for data, _ in BARS.values()]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), splinter), min_size=1, max_size=4),
)
def test_a_damaged_file_never_breaks_the_reader(data, damages):
    for where, removed, inserted in damages:
        place = int(where * len(data))
        data = data[:place] + inserted + data[place + removed :]
    check(data)


# --- longer steps --------------------------------------------------------------------------------


@given(st.integers(2, 60), st.integers(1, 59), st.integers(0, 9))
def test_longer_steps_are_the_same_prices_seen_less_often(rows, together, seed):
    together = min(together, rows - 1)
    prices = black_monday().sample(rows, replace=True, random_state=seed).reset_index(drop=True)
    prices["hours"] = 24.0 * np.arange(rows)
    before = prices.copy()
    longer = longer_steps(prices, together)
    pd.testing.assert_frame_equal(prices, before)
    count = (rows - 1) // together
    assert list(longer.columns) == COLUMNS and len(longer) == count + 1
    first = rows - 1 - count * together
    assert longer["close"].tolist() == prices["close"].iloc[first::together].tolist()
    assert longer["time"].tolist() == prices["time"].iloc[first::together].tolist()
    assert longer["hours"].tolist() == [24.0 * together * step for step in range(count + 1)]
    for step in range(1, count + 1):
        bar = prices.iloc[first + (step - 1) * together + 1 : first + step * together + 1]
        found = longer.iloc[step]
        assert (found["open"], found["high"], found["low"]) == (
            bar["open"].iloc[0],
            bar["high"].max(),
            bar["low"].min(),
        )
