"""Price files that cannot be read, each broken in one way; some layouts that can."""

import io
import zipfile

from engine.market.file_table import MAX_BYTES

YAHOO = """\
Date,Open,High,Low,Close,Adj Close,Volume
2020-03-12,7948.5,7969,7940,7950,1,10
2020-03-13,7950,7950,7590,7600.25,2,20
2020-03-14,7600.25,7700,7100,7150.5,3,30
"""


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
    "empty": b"",
    "blank": " \n\t\n \r\n",
    "delimiters only": ",,,\n,,\n",
    "headings only": "date,price\n",
    "yfinance without rows": "Price,Close\nTicker,BTC\nDate,\n",
    "one row": rows(FIRST),
    "xlsx": zipped(),
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "png": b"\x89PNG\r\n\x1a\n\x00",
    "jpeg": b"\xff\xd8\xff\xe0\x00",
    "gzip": b"\x1f\x8b\x08\x00",
    "parquet": b"PAR1\x15\x04",
    "other binary": bytes(range(256)),
    "null bytes at the start": "da\0te,price\n2020-01-01,1\n",
    "null bytes far below": rows(*[f"{1583971200 + i},1" for i in range(2000)], "1,\0"),
    "utf-16 without its mark": YAHOO.encode("utf-16-le"),
    "web page": "\n<!DOCTYPE html><html><body>429",
    "xml": "<?xml version='1.0'?><prices/>",
    "json": '{"code":-1121,"msg":"Invalid symbol."}',
    "json list": '[[1583971200000,"7948.5"]]',
    "too many bytes": b"1" * (MAX_BYTES + 1),
    "one column": "price\n100\n101\n",
    "one column without headings": "100\n101\n",
    "spaces as delimiter": "date price\n2020-01-01 100\n",
    "bars as delimiter": "date|price\n2020-01-01|100\n",
    "no price column": "date,volume,remark\n2020-01-01,5,x\n",
    "volumes": "date,volume,trades\n2020-01-01,5,1\n",
    "funding rates": "calc_time,last_funding_rate\n1583971200000,0.0001\n1584000000000,-0.0002\n",
    "two assets": "date,BTC.High,BTC.Close,ETH.High,ETH.Close\n2020-01-01,9,8,2,1\n",
    "no price in any row": rows("2020-01-01,.", "2020-01-02,."),
    "no order fits": "2020-01-01,3,9,1,5\n2020-01-02,5,1,9,3\n2020-01-03,9,3,5,1\n",
    "no time column": "open,high,low,close\n1,1,1,1\n",
    "two close columns": "date,Close,Close\n2020-01-01,1,2\n",
    "sideways": ",".join(["2020-01-01"] * 500),
    "short row": bars("2020-01-01,1,1,1,1", "2020-01-02,1,1"),
    "one value in a row": bars("2020-01-01,1,1,1,1", "12", "2020-01-02,1,1,1,1"),
    "a note below": bars("2020-01-01,1,1,1,1", "2020-01-02,1,1,1,1", "end"),
    "a sum below": rows(FIRST, "2020-01-02,101", "Average,100.5"),
    "decimal commas between commas": rows("2020-01-01,100,5", "2020-01-02,100,7"),
    "headings twice": rows(FIRST, "date,price", "2020-01-02,1"),
    "unclosed quote": rows(FIRST, '"2020-01-02,1', "2020-01-03,1"),
    "text after a quote": rows(FIRST, '"2020-01-02"x,1'),
    "endless value": rows(FIRST, "2020-01-02," + "1" * 200_000),
    "text price": rows(FIRST, "2020-01-02,abc"),
    "negative price": rows(FIRST, "2020-01-02,-37.63"),
    "zero price": rows(FIRST, "2020-01-02,0"),
    "zero open": bars("2020-01-01,1,1,1,1", "2020-01-02,0,1,1,1"),
    "empty close of a bar": bars("2020-01-01,1,1,1,1", "2020-01-02,1,1,1,"),
    "null open of a bar": bars("2020-01-01,null,1,1,1", "2020-01-02,1,1,1,1"),
    "infinite price": rows(FIRST, "2020-01-02,inf"),
    "overflowing price": rows(FIRST, "2020-01-02,1e999"),
    "absurd price": rows(FIRST, "2020-01-02,1e13"),
    "vanishing price": rows(FIRST, "2020-01-02,1e-300"),
    "both marks": rows("2020-01-01,1.5", '2020-01-02,"1,5"'),
    "two numbers": rows(FIRST, "2020-01-02,1 5"),
    "percent": rows(FIRST, "2020-01-02,5%"),
    "arabic digits": rows(FIRST, "2020-01-02,١٢"),
    "high below low": bars("2020-01-01,1,1,1,1", "2020-01-02,2,1,3,2"),
    "close above high": bars("2020-01-01,1,1,1,1", "2020-01-02,2,3,1,4"),
    "open below low": bars("2020-01-01,1,1,1,1", "2020-01-02,0.5,3,1,2"),
    "empty time": rows(FIRST, ",101"),
    "impossible date": rows(FIRST, "2020-13-45,1"),
    "thirtieth of february": rows("2020-02-28,1", "2020-02-30,1"),
    "word for a date": rows(FIRST, "yesterday,1"),
    "the clock": rows(FIRST, "now,1"),
    "the clock among month names": rows('"Mar 4, 2024",50', "today,52"),
    "digits of another script": rows(FIRST, "2020-01-0٢,1"),
    "no date at all": rows("a,1", "b,2"),
    "mixed layouts": rows(FIRST, "2020-01-02,1", "15/01/2020,1"),
    "mixed the other way": rows("13/01/2020,1", "14/01/2020,1", "2020-01-15,1"),
    "day first and month first": rows("13/01/2020,1", "14/01/2020,1", "01/15/2020,1"),
    "two-digit year": rows("13/01/20,1", "14/01/20,1"),
    "row numbers for dates": rows("1,100", "2,101"),
    "spreadsheet day numbers": rows("43831,1", "43832,1"),
    "spreadsheet rounding": rows("1.58397E+12,1", "1.58397E+12,1"),
    "spreadsheet column too narrow": rows("########,1", "########,1"),
    "epoch nonsense": rows("1583971200,1", "15839712,1"),
    "negative epoch": rows("1583971200,1", "-1583971200,1"),
    "year too early": rows(FIRST, "1699-12-31,1"),
    "year too late": rows(FIRST, "2345-01-01,1"),
    "same time twice": rows(FIRST, "2020-01-01,101"),
    "same time twice newest first": rows("2020-01-02,1", FIRST, FIRST),
    "disorder": rows(FIRST, "2020-01-03,1", "2020-01-02,1", "2020-01-04,1"),
    "disorder newest first": rows("2020-01-04,1", "2020-01-02,1", "2020-01-03,1", "2020-01-01,1"),
}
