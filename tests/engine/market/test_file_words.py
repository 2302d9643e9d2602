"""Headings in many languages: each names one column, and bars are found in all of them."""

import pytest

from engine.market.file_words import HEADINGS, PRICES, heading_key, is_foreign, other_kind
from engine.market.price_file import read_file

# As national sites of one source and other exporters head their columns: time, open, high, low, close.
EXPORTED = {
    "English": "Date,Open,High,Low,Close",
    "German": "Datum,Eröffn.,Hoch,Tief,Zuletzt",
    "German exchange": "Datum,Erster,Hoch,Tief,Schlusskurs",
    "French": "Date,Ouv.,Plus Haut,Plus Bas,Dernier",
    "Spanish": "Fecha,Apertura,Máximo,Mínimo,Último",
    "Italian": "Data,Apertura,Massimo,Minimo,Ultimo",
    "Portuguese": "Data,Abertura,Máxima,Mínima,Último",
    "Dutch": "Datum,Open,Hoog,Laag,Laatste",
    "Polish": "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie",
    "Polish with its letters": "Data,Otwarcie,Najwyższy,Najniższy,Zamknięcie",
    "Swedish": "Datum,Öppen,Högst,Lägst,Stängning",
    "Turkish": "Tarih,Açılış,Yüksek,Düşük,Şimdi",
    "Russian": "Дата,Откр.,Макс.,Мин.,Цена",
    "Chinese": "日期,开盘,高,低,收盘",
    "Traditional Chinese": "日期,開盤,最高,最低,收市",
    "Japanese": "日付け,始値,高値,安値,終値",
    "Korean": "날짜,시가,고가,저가,종가",
    "single letters": "ts,o,h,l,c",
    "some of them letters": "Date,o,h,l,Close",
    "extremes": "Date,Open,Max,Min,Close",
    "superlatives": "Date,Open,Highest,Lowest,Close",
    "with a currency": "Date,Open (USD),High (USD),Low (USD),Close (USD)",
    "only some with a currency": "Date,Open (USD),High (USD),Low (USD),Close",
    "with the asset": "Date,BTC.Open,BTC.High,BTC.Low,BTC.Close",
    "numbered": "timestamp,1. open,2. high,3. low,4. close",
    "numbered with a currency": "date,1a. open (USD),2a. high (USD),3a. low (USD),4a. close (USD)",
    "price in front": "time_period_start,price_open,price_high,price_low,price_close",
    "camel case": "openTime,openPrice,highPrice,lowPrice,closePrice",
    "brackets": "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>",
    "local time": "Local time,Open,High,Low,Close",
    "start": "start_at,open,high,low,close",
    "upper case": "DATE,OPEN,HIGH,LOW,CLOSE",
}


@pytest.mark.parametrize("headings", EXPORTED.values(), ids=EXPORTED)
def test_bars_are_found_under_every_exporters_headings(headings):
    data = f"{headings}\n2024-03-04,50,53,49,52\n2024-03-05,52,54,51,51.5\n"
    prices, reading = read_file(data)
    assert reading.bars == "bars" and reading.has_lows and reading.unread == reading.left == ()
    assert prices.iloc[0][[*PRICES]].to_list() == [50, 53, 49, 52]
    assert [reading.names[name][0] for name in ("time", *PRICES)] == headings.split(",")


def test_the_order_of_the_columns_and_others_between_them_change_nothing():
    headings = "Vol.,Schluss,Tief,Hoch,Eröffnung,Datum,+/- %"
    prices, reading = read_file(f"{headings}\n9,52,49,53,50,2024-03-04,1\n9,51,51,54,52,2024-03-05,-1\n")
    assert prices.iloc[0][[*PRICES]].to_list() == [50, 53, 49, 52]
    assert reading.unread == ("Vol.", "+/- %")


def test_statistics_offices_head_one_price_in_their_own_way():
    for heading in ("OBS_VALUE", "Exchange rate", "Settlement price", "Mark price", "Kurs", "Cena"):
        data = f"x,TIME_PERIOD,{heading}\nA,2024-03-04,50\nA,2024-03-05,51\n"
        assert read_file(data).reading.names["close"] == (heading,)


def test_no_heading_names_two_different_columns():
    for one in HEADINGS:
        for other in HEADINGS:
            if one != other:
                assert not set(HEADINGS[one]) & set(HEADINGS[other]), (one, other)


def test_what_is_near_a_name_is_not_one():
    for heading in ("Open interest", "Close time", "Volume", "Change %", "Low volume"):
        assert heading_key(heading) not in {key for name in PRICES for key in HEADINGS[name]}
    assert other_kind("Open Interest") == "interest" and other_kind("Kurs") == ""
    assert is_foreign(["Data"]) and not is_foreign(["Date", "Open", "DEXJPUS"])
