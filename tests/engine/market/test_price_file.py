"""Every layout that learners bring, every way a file can be broken, and arbitrary bytes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.market.file_problem import FileQuestion, PriceFileError
from engine.market.history import black_monday
from engine.market.price_file import longer_steps, parse_csv
from tests.broken_files import BROKEN, YAHOO

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
    "only the high": "date,high,close\n2020-03-12,120,100\n2020-03-13,120,90.5\n",
    "close before adjusted": "date,adj close,close\n2020-03-12,1,100\n2020-03-13,2,90.5\n",
    "a title": "Prices of something\ndate,price\n2020-03-12,100\n2020-03-13,90.5\n",
    "two titles": "Prices\nfrom somewhere\n\ndate,price\n2020-03-12,100\n2020-03-13,90.5\n",
}


@pytest.mark.parametrize("data", CLOSES.values(), ids=CLOSES)
def test_a_file_of_closes_gives_flat_bars(data):
    frame = parse_csv(data)
    assert list(frame["hours"]) == [0.0, 24.0]
    assert frame["time"][0].date() == pd.Timestamp("2020-03-12").date()
    for name in ("open", "high", "low", "close"):
        assert list(frame[name]) == [100.0, 90.5]


REASONS = {
    "empty": "empty",
    "blank": "empty",
    "delimiters only": "delimiters_only",
    "headings only": "headings_only (headings=('date', 'price'))",
    "yfinance without rows": "headings_only (headings=('Date', 'Close'))",
    "one row": "one_row",
    "xlsx": "not_text (kind='zip')",
    "xls": "not_text (kind='xls')",
    "pdf": "not_text (kind='pdf')",
    "png": "not_text (kind='image')",
    "jpeg": "not_text (kind='image')",
    "gzip": "not_text (kind='gzip')",
    "parquet": "not_text (kind='parquet')",
    "other binary": "binary",
    "null bytes at the start": "binary",
    "null bytes far below": "binary",
    "utf-16 without its mark": "binary",
    "web page": "web_page",
    "xml": "web_page",
    "json": "json",
    "json list": "json",
    "too many bytes": "too_many_bytes (given=50000001, limit=50000000)",
    "one column": "one_column",
    "one column without headings": "one_column",
    "spaces as delimiter": "one_column",
    "bars as delimiter": "one_column",
    "no price column": "no_price_column (headings=('date', 'volume', 'remark'))",
    "volumes": "no_prices (kind='volume', heading='volume')",
    "funding rates": "no_prices (kind='funding', heading='last_funding_rate')",
    "two assets": "several_assets (headings=('BTC.Close', 'ETH.Close'))",
    "no price in any row": "no_price_at_all (heading='price')",
    "no order fits": "no_headings (columns=5)",
    "no time column": "no_time_column (headings=('open', 'high', 'low', 'close'))",
    "two close columns": "heading_twice (heading='Close')",
    "sideways": "too_many_columns (line=1, found=500)",
    "short row": "wrong_number_of_values (line=3, found=3, expected=5)",
    "one value in a row": "wrong_number_of_values (line=3, found=1, expected=5)",
    "a note below": "footer_row (line=4, cell='end')",
    "a sum below": "footer_row (line=4, cell='Average')",
    "decimal commas between commas": (
        "wrong_number_of_values_commas (line=2, found=3, "
        "expected=2)\nwrong_number_of_values_commas (line=3, found=3, "
        "expected=2)"
    ),
    "headings twice": "repeated_headings (line=3)",
    "unclosed quote": "stray_quotation_mark (line=3)",
    "text after a quote": "stray_quotation_mark (line=3)",
    "endless value": "stray_quotation_mark (line=3)",
    "text price": "price_not_a_number (line=3, price='close', cell='abc')",
    "negative price": "price_below_zero (line=3, price='close', cell='-37.63')",
    "zero price": "price_not_above_zero (line=3, price='close', cell='0')",
    "zero open": "price_not_above_zero (line=3, price='open', cell='0')",
    "empty close of a bar": "price_missing (line=3, price='close', cell='')",
    "null open of a bar": "price_missing (line=2, price='open', cell='null')",
    "infinite price": "price_infinite (line=3, price='close', cell='inf')",
    "overflowing price": "price_infinite (line=3, price='close', cell='1e999')",
    "absurd price": (
        "price_out_of_range (line=3, price='close', cell='1e13', low=1e-08, high=10000000000.0)"
    ),
    "vanishing price": (
        "price_out_of_range (line=3, price='close', cell='1e-300', low=1e-08, high=10000000000.0)"
    ),
    "both marks": "price_not_a_number (line=3, price='close', cell='1,5')",
    "two numbers": "price_not_a_number (line=3, price='close', cell='1 5')",
    "percent": "price_not_a_number (line=3, price='close', cell='5%')",
    "arabic digits": "price_not_a_number (line=3, price='close', cell='\u0661\u0662')",
    "high below low": "high_below_low (line=3, high=1.0, low=3.0)",
    "close above high": ("price_outside_bar (line=3, price='close', value=4.0, low=1.0, high=3.0)"),
    "open below low": "price_outside_bar (line=3, price='open', value=0.5, low=1.0, high=3.0)",
    "empty time": "time_missing (line=3, like='2020-01-01', like_line=2)",
    "impossible date": "not_a_time (line=3, cell='2020-13-45', like='2020-01-01', like_line=2)",
    "thirtieth of february": ("not_a_time (line=3, cell='2020-02-30', like='2020-02-28', like_line=2)"),
    "word for a date": "not_a_time (line=3, cell='yesterday', like='2020-01-01', like_line=2)",
    "the clock": "not_a_time (line=3, cell='now', like='2020-01-01', like_line=2)",
    "the clock among month names": ("not_a_time (line=3, cell='today', like='Mar 4, 2024', like_line=2)"),
    "digits of another script": (
        "not_a_time (line=3, cell='2020-01-0\u0662', like='2020-01-01', like_line=2)"
    ),
    "no date at all": "not_a_time (line=2, cell='a')\nnot_a_time (line=3, cell='b')",
    "mixed layouts": "not_a_time (line=4, cell='15/01/2020', like='2020-01-01', like_line=2)",
    "mixed the other way": ("not_a_time (line=4, cell='2020-01-15', like='13/01/2020', like_line=2)"),
    "day first and month first": ("not_a_time (line=4, cell='01/15/2020', like='13/01/2020', like_line=2)"),
    "two-digit year": ("not_a_time (line=2, cell='13/01/20')\nnot_a_time (line=3, cell='14/01/20')"),
    "row numbers for dates": "not_a_time (line=2, cell='1')\nnot_a_time (line=3, cell='2')",
    "spreadsheet day numbers": (
        "time_changed_by_spreadsheet (line=2, cell='43831')\ntime_changed_by_spreadsheet "
        "(line=3, cell='43832')"
    ),
    "spreadsheet rounding": (
        "time_changed_by_spreadsheet (line=2, "
        "cell='1.58397E+12')\ntime_changed_by_spreadsheet (line=3, "
        "cell='1.58397E+12')"
    ),
    "spreadsheet column too narrow": (
        "time_changed_by_spreadsheet (line=2, cell='########')\ntime_changed_by_spreadsheet "
        "(line=3, cell='########')"
    ),
    "epoch nonsense": "not_a_time (line=3, cell='15839712', like='1583971200', like_line=2)",
    "negative epoch": "not_a_time (line=3, cell='-1583971200', like='1583971200', like_line=2)",
    "year too early": "not_a_time (line=3, cell='1699-12-31', like='2020-01-01', like_line=2)",
    "year too late": "not_a_time (line=3, cell='2345-01-01', like='2020-01-01', like_line=2)",
    "same time twice": "same_time (line=3, before=2, time='2020-01-01T00:00:00')",
    "same time twice newest first": "same_time (line=4, before=3, time='2020-01-01T00:00:00')",
    "disorder": (
        "earlier_than_row_above (line=4, time='2020-01-02T00:00:00', above='2020-01-03T00:00:00', before=3)"
    ),
    "disorder newest first": (
        "later_than_row_above (line=4, time='2020-01-03T00:00:00', above='2020-01-02T00:00:00', before=3)"
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_reasons_lines_and_findings(name):
    with pytest.raises(PriceFileError) as error:
        parse_csv(BROKEN[name])
    assert str(error.value) == REASONS[name]


def check(data):
    """A tidy frame, a question or a PriceFileError with sentences; anything else fails."""
    try:
        frame = parse_csv(data)
    except FileQuestion as question:
        assert len(question.options) > 1
        return
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
