"""Drives a local Aster with ccxt, a client that was written for the real one.

Usage: aster_ccxt.py READY_LINE_FILE

Every check is one function; the suite prints one line for each and a closing line `N passed, N failed`.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
import traceback
import urllib.error
import urllib.request

import ccxt
import ccxt.pro

SYMBOL = "ASTER/USDT:USDT"


def options(ready):
    """Where ccxt finds the venue, and whose key signs.

    ccxt signs with the account's own wallet key, and would attach a builder fee unless told not to. It tells swap from
    spot by finding `fstream` in the stream URL, so the name goes in as the (ignored) user of the URL.
    """
    rest = ready["rest"]
    ws = ready["ws"].replace("://", "://fstream@")
    return {
        "privateKey": ready["accounts"][0]["private_key"],
        "enableRateLimit": False,
        "options": {
            "builderFee": False,
            "defaultType": "swap",
            "watchPositions": {"fetchPositionsSnapshot": False, "awaitPositionsSnapshot": False},
        },
        "urls": {
            "api": {
                "fapiPublic": rest + "/fapi",
                "fapiPrivate": rest + "/fapi",
                "sapiPublic": rest + "/api",
                "sapiPrivate": rest + "/api",
                "ws": {
                    "public": {"swap": ws + "/stream", "spot": ws + "/stream"},
                    "private": {"swap": ws + "/ws", "spot": ws + "/ws"},
                },
            }
        },
    }


class Rest:
    """Checks of the REST side; run in the order of definition."""

    def __init__(self, ready):
        self.ready = ready
        self.exchange = ccxt.aster(options(ready))

    def price(self, side, offset):
        book = self.exchange.fetch_order_book(SYMBOL, 5)
        touch = book["bids"][0][0] if side == "buy" else book["asks"][0][0]
        factor = 1 - offset if side == "buy" else 1 + offset
        return float(self.exchange.price_to_precision(SYMBOL, touch * factor))

    def flatten(self):
        self.exchange.cancel_all_orders(SYMBOL)
        for position in self.exchange.fetch_positions([SYMBOL]):
            amount = position["contracts"] or 0
            if amount:
                side = "sell" if position["side"] == "long" else "buy"
                self.exchange.create_order(SYMBOL, "market", side, amount, None, {"reduceOnly": True})

    def check_load_markets(self):
        markets = self.exchange.load_markets()
        market = markets[SYMBOL]
        assert market["swap"] and market["linear"] and market["settle"] == "USDT"
        assert market["precision"]["price"] == 0.0001 and market["precision"]["amount"] == 0.01
        assert market["limits"]["cost"]["min"] == 5

    def check_fetch_time(self):
        assert abs(self.exchange.fetch_time() - time.time() * 1000) < 2000

    def check_fetch_ticker(self):
        ticker = self.exchange.fetch_ticker(SYMBOL)
        assert ticker["last"] > 0 and ticker["high"] >= ticker["low"] and ticker["baseVolume"] > 0

    def check_fetch_bids_asks(self):
        ticker = self.exchange.fetch_bids_asks([SYMBOL])[SYMBOL]
        assert 0 < ticker["bid"] < ticker["ask"]

    def check_fetch_last_prices(self):
        assert self.exchange.fetch_last_prices([SYMBOL])[SYMBOL]["price"] > 0

    def check_fetch_order_book(self):
        book = self.exchange.fetch_order_book(SYMBOL, 20)
        assert 5 <= len(book["bids"]) <= 20 and 5 <= len(book["asks"]) <= 20
        assert book["bids"] == sorted(book["bids"], reverse=True) and book["asks"] == sorted(book["asks"])
        assert book["bids"][0][0] < book["asks"][0][0]

    def check_fetch_trades(self):
        trades = self.exchange.fetch_trades(SYMBOL, limit=10)
        assert trades and all(trade["price"] > 0 and trade["amount"] > 0 for trade in trades)

    def check_fetch_ohlcv(self):
        for params in ({}, {"price": "mark"}, {"price": "index"}):
            candles = self.exchange.fetch_ohlcv(SYMBOL, "1m", limit=5, params=params)
            assert candles
            for _, opened, high, low, closed, _ in candles:
                assert low <= min(opened, closed) and high >= max(opened, closed)

    def check_fetch_funding_rate(self):
        rate = self.exchange.fetch_funding_rate(SYMBOL)
        assert rate["markPrice"] > 0 and rate["fundingRate"] == 0.0001
        assert SYMBOL in self.exchange.fetch_funding_rates([SYMBOL])

    def check_fetch_funding_intervals(self):
        assert self.exchange.fetch_funding_intervals([SYMBOL])[SYMBOL]["interval"] == "8h"

    def check_fetch_funding_rate_history(self):
        assert isinstance(self.exchange.fetch_funding_rate_history(SYMBOL), list)

    def check_fetch_balance(self):
        balance = self.exchange.fetch_balance()
        assert balance["USDT"]["total"] == 10000

    def check_fetch_trading_fee(self):
        fee = self.exchange.fetch_trading_fee(SYMBOL)
        assert fee["maker"] == 0.0001 and fee["taker"] == 0.00035

    def check_set_leverage(self):
        assert int(self.exchange.set_leverage(5, SYMBOL)["leverage"]) == 5
        assert self.exchange.fetch_leverages([SYMBOL])[SYMBOL]["longLeverage"] == 5

    def check_load_leverage_brackets(self):
        assert self.exchange.load_leverage_brackets(True)[SYMBOL]
        rows = self.exchange.fapiPrivateGetV3LeverageBracket()
        bracket = rows[0]["brackets"][0]
        assert int(bracket["initialLeverage"]) >= 20 and float(bracket["maintMarginRatio"]) > 0

    def check_position_mode(self):
        assert self.exchange.fetch_position_mode(SYMBOL)["hedged"] is False
        for hedged, code in ((True, "-1020"), (False, "-4059")):
            try:
                self.exchange.set_position_mode(hedged, SYMBOL)
                raise AssertionError("expected " + code)
            except ccxt.ExchangeError as error:
                assert code in str(error), str(error)
        assert self.exchange.fetch_position_mode(SYMBOL)["hedged"] is False

    def check_margin_mode(self):
        self.exchange.set_margin_mode("isolated", SYMBOL)
        assert self.exchange.fetch_margin_modes([SYMBOL])[SYMBOL]["marginMode"] == "isolated"
        self.exchange.set_margin_mode("cross", SYMBOL)

    def check_limit_order_and_cancel(self):
        order = self.exchange.create_order(SYMBOL, "limit", "buy", 20, self.price("buy", 0.01))
        assert order["status"] == "open" and order["filled"] == 0 and order["amount"] == 20
        found = self.exchange.fetch_order(order["id"], SYMBOL)
        assert found["id"] == order["id"] and found["status"] == "open"
        assert self.exchange.fetch_open_order(order["id"], SYMBOL)["id"] == order["id"]
        assert [row["id"] for row in self.exchange.fetch_open_orders(SYMBOL)] == [order["id"]]
        canceled = self.exchange.cancel_order(order["id"], SYMBOL)
        assert canceled["status"] == "canceled"
        assert self.exchange.fetch_open_orders(SYMBOL) == []

    def check_client_order_id(self):
        order = self.exchange.create_order(
            SYMBOL, "limit", "buy", 20, self.price("buy", 0.01), {"clientOrderId": "mm:a/1.x_-Z"})
        assert order["clientOrderId"] == "mm:a/1.x_-Z"
        self.exchange.cancel_order(None, SYMBOL, {"clientOrderId": "mm:a/1.x_-Z"})

    def check_post_only(self):
        rests = self.exchange.create_order(SYMBOL, "limit", "buy", 20, self.price("buy", 0.01), {"postOnly": True})
        assert rests["info"]["timeInForce"] == "GTX"
        self.exchange.cancel_order(rests["id"], SYMBOL)
        crosses = self.exchange.create_order(SYMBOL, "limit", "buy", 20, self.price("sell", 0.01), {"postOnly": True})
        ended = self.exchange.fetch_order(crosses["id"], SYMBOL)
        assert ended["info"]["status"] == "EXPIRED" and ended["filled"] == 0

    def check_immediate_or_cancel(self):
        order = self.exchange.create_order(
            SYMBOL, "limit", "buy", 20, self.price("buy", 0.01), {"timeInForce": "IOC"})
        assert self.exchange.fetch_order(order["id"], SYMBOL)["info"]["status"] == "EXPIRED"

    def check_market_order_and_position(self):
        order = self.exchange.create_order(SYMBOL, "market", "buy", 20)
        assert order["status"] == "open" and order["filled"] == 0, "an ACK is not a fill"
        ended = self.exchange.fetch_order(order["id"], SYMBOL)
        assert ended["status"] == "closed" and ended["filled"] == 20 and ended["average"] > 0
        position = self.exchange.fetch_positions([SYMBOL])[0]
        assert position["contracts"] == 20 and position["side"] == "long"
        assert position["entryPrice"] == ended["average"]
        trades = self.exchange.fetch_my_trades(SYMBOL)
        assert sum(trade["amount"] for trade in trades if trade["order"] == order["id"]) == 20
        assert all(trade["fee"]["cost"] > 0 for trade in trades)
        self.flatten()
        assert not [row for row in self.exchange.fetch_positions([SYMBOL]) if row["contracts"]]

    def check_market_order_with_result(self):
        order = self.exchange.create_order(SYMBOL, "market", "sell", 20, None, {"newOrderRespType": "RESULT"})
        assert order["status"] == "closed" and order["filled"] == 20
        self.flatten()

    def check_stop_orders(self):
        stop = self.exchange.create_order(
            SYMBOL, "market", "sell", 20, None, {"stopLossPrice": self.price("buy", 0.02)})
        profit = self.exchange.create_order(
            SYMBOL, "limit", "sell", 20, self.price("sell", 0.02), {"takeProfitPrice": self.price("sell", 0.02)})
        trailing = self.exchange.create_order(SYMBOL, "market", "sell", 20, None, {"trailingPercent": 1, "quantity": "20"})
        opened = self.exchange.fetch_open_orders(SYMBOL)
        assert {order["id"] for order in opened} == {stop["id"], profit["id"], trailing["id"]}
        assert all(order["triggerPrice"] for order in opened if order["id"] != trailing["id"])
        self.exchange.cancel_all_orders(SYMBOL)
        try:
            self.exchange.create_order(SYMBOL, "market", "sell", 20, None, {"stopLossPrice": self.price("sell", 0.02)})
            raise AssertionError("a stop that triggers at once is refused")
        except ccxt.ExchangeError as error:
            assert "-2021" in str(error)

    def check_edit_order(self):
        order = self.exchange.create_order(SYMBOL, "limit", "buy", 20, self.price("buy", 0.01))
        price = self.exchange.price_to_precision(SYMBOL, self.price("buy", 0.012))
        row = self.exchange.request(
            "v3/order", ["fapiPrivate"], "PUT",
            {"symbol": "ASTERUSDT", "orderId": order["id"], "quantity": "30", "price": price})
        assert row["origQty"] == "30.00" and str(row["orderId"]) == order["id"]
        found = self.exchange.fetch_order(order["id"], SYMBOL)
        assert found["amount"] == 30 and found["price"] == float(price)
        self.exchange.cancel_order(order["id"], SYMBOL)

    def check_batches(self):
        price = self.price("buy", 0.01)
        orders = self.exchange.create_orders([
            {"symbol": SYMBOL, "type": "limit", "side": "buy", "amount": 20, "price": price},
            {"symbol": SYMBOL, "type": "limit", "side": "buy", "amount": 30, "price": price},
        ])
        assert [order["amount"] for order in orders] == [20, 30]
        ended = self.exchange.cancel_orders([order["id"] for order in orders], SYMBOL)
        assert [order["status"] for order in ended] == ["canceled", "canceled"]

    def check_batch_with_a_refusal(self):
        price = self.price("buy", 0.01)
        orders = self.exchange.create_orders([
            {"symbol": SYMBOL, "type": "limit", "side": "buy", "amount": 20, "price": price},
            {"symbol": SYMBOL, "type": "limit", "side": "sell", "amount": 20, "price": price,
             "params": {"reduceOnly": True}},
        ])
        infos = [order["info"] for order in orders]
        assert sorted(str(info.get("code", info.get("status"))) for info in infos) == ["-2022", "NEW"], infos
        self.exchange.cancel_all_orders(SYMBOL)

    def check_my_trades_by_page(self):
        for side in ("buy", "sell"):
            for _ in range(3):
                self.exchange.create_order(SYMBOL, "market", side, 20)
        every = self.exchange.fetch_my_trades(SYMBOL, limit=1000)
        paged, first = [], every[0]["id"]
        while True:
            page = self.exchange.fetch_my_trades(SYMBOL, limit=2, params={"fromId": first})
            paged += [trade["id"] for trade in page]
            if len(page) < 2:
                break
            first = int(page[-1]["id"]) + 1
        assert paged == [trade["id"] for trade in every], (paged, every)
        self.flatten()

    def check_funding_history(self):
        assert self.exchange.fetch_funding_history(SYMBOL) == []

    def check_v1_paths(self):
        # ccxt signs for a wallet only, so the key-signed paths are asked by hand.
        account = self.ready["accounts"][0]
        base = self.ready["rest"]

        def ask(method, path, query, secret=account["api_secret"]):
            query += ("&" if query else "") + "timestamp=%d" % (time.time() * 1000)
            mac = hmac.new(secret.encode(), query.encode(), hashlib.sha256).hexdigest()
            request = urllib.request.Request(
                f"{base}{path}?{query}&signature={mac}", method=method, headers={"X-MBX-APIKEY": account["api_key"]})
            try:
                with urllib.request.urlopen(request) as reply:
                    return json.load(reply)
            except urllib.error.HTTPError as error:
                return json.load(error)

        assert ask("GET", "/fapi/v2/balance", "")[0]["asset"] == "USDT"
        assert ask("GET", "/fapi/v4/account", "")["canTrade"] is True
        price = self.exchange.price_to_precision(SYMBOL, self.price("buy", 0.01))
        order = ask(
            "POST", "/fapi/v1/order",
            f"symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=20&price={price}")
        assert order["status"] == "NEW", order
        assert self.exchange.fetch_order(str(order["orderId"]), SYMBOL)["status"] == "open"
        ended = ask("DELETE", "/fapi/v1/order", f"symbol=ASTERUSDT&orderId={order['orderId']}")
        assert ended["status"] == "CANCELED", ended
        assert ask("GET", "/fapi/v2/balance", "", secret="wrong")["code"] == -1022

    def check_cancel_all(self):
        for _ in range(3):
            self.exchange.create_order(SYMBOL, "limit", "buy", 20, self.price("buy", 0.01))
        self.exchange.cancel_all_orders(SYMBOL)
        assert self.exchange.fetch_open_orders(SYMBOL) == []

    def check_fetch_orders(self):
        orders = self.exchange.fetch_orders(SYMBOL)
        assert len(orders) > 10
        assert {"FILLED", "CANCELED", "EXPIRED"} <= {order["info"]["status"] for order in orders}

    def check_countdown(self):
        self.exchange.create_order(SYMBOL, "limit", "buy", 20, self.price("buy", 0.01))
        self.exchange.fapiPrivatePostV3CountdownCancelAll({"symbol": "ASTERUSDT", "countdownTime": 300})
        time.sleep(0.6)
        assert self.exchange.fetch_open_orders(SYMBOL) == []

    def check_errors(self):
        expectations = [
            (ccxt.ExchangeError, "-4164", dict(amount=1, price=self.price("buy", 0.01))),
            (ccxt.ExchangeError, "-4016", dict(amount=20, price=self.price("buy", -0.2))),
            (ccxt.ExchangeError, "-2019", dict(amount=1000000, price=self.price("buy", 0.01))),
        ]
        for kind, code, arguments in expectations:
            try:
                self.exchange.create_order(SYMBOL, "limit", "buy", **arguments)
                raise AssertionError("expected " + code)
            except kind as error:
                assert code in str(error), (code, str(error))
        try:
            self.exchange.cancel_order("1", SYMBOL)
            raise AssertionError("expected -2011")
        except ccxt.ExchangeError as error:
            assert "-2011" in str(error)
        stranger = ccxt.aster({**options_of(self.exchange), "privateKey": "0x" + "11" * 32})
        stranger.markets = self.exchange.markets
        try:
            stranger.fapiPrivateGetV3Balance()
            raise AssertionError("a stranger has no account")
        except ccxt.ExchangeError as error:
            assert "No agent found" in str(error)

    def check_income(self):
        rows = self.exchange.fapiPrivateGetV3Income()
        assert {"TRANSFER", "COMMISSION"} <= {row["incomeType"] for row in rows}

    def check_fetch_ledger(self):
        assert self.exchange.fetch_ledger("USDT")

    def check_account(self):
        account = self.exchange.fapiPrivateGetV3AccountWithJoinMargin()
        assert account["canTrade"] and float(account["totalWalletBalance"]) < 10000


def options_of(exchange):
    return {"options": exchange.options, "urls": exchange.urls, "enableRateLimit": False}


class UserStreams(ccxt.pro.aster):
    """ccxt 4.5.90 always raises `requires a market type` in three user stream methods: it tests the variable that
    it did not assign. These do what the methods do after that test, with ccxt's own parts."""

    async def watch_user(self, message_hash):
        await self.authenticate("swap", {})
        url = self.get_private_url("swap")
        self.set_balance_cache(self.client(url), "swap")
        return await self.watch_multiple(url, [message_hash], None, ["swap"])


class Streams:
    """Checks of the streams, each with REST calls of its own where something has to happen."""

    def __init__(self, ready):
        self.ready = ready

    async def session(self, check):
        exchange = UserStreams(options(self.ready))
        try:
            await exchange.load_markets()
            await asyncio.wait_for(check(exchange), 30)
        finally:
            await exchange.close()

    async def check_watch_order_book(self, exchange):
        for _ in range(5):
            book = await exchange.watch_order_book(SYMBOL, 20)
            assert 5 <= len(book["bids"]) <= 20 and book["bids"][0][0] < book["asks"][0][0]

    async def check_watch_ticker(self, exchange):
        ticker = await exchange.watch_ticker(SYMBOL)
        assert ticker["last"] > 0 and ticker["high"] >= ticker["low"]

    async def check_watch_bids_asks(self, exchange):
        for _ in range(3):
            ticker = (await exchange.watch_bids_asks([SYMBOL]))[SYMBOL]
            assert ticker["bid"] < ticker["ask"]

    async def check_watch_mark_price(self, exchange):
        assert (await exchange.watch_mark_price(SYMBOL))["markPrice"] > 0

    async def check_watch_trades(self, exchange):
        seen = []
        while len(seen) < 3:
            seen += await exchange.watch_trades(SYMBOL)
        assert all(trade["price"] > 0 and trade["side"] in ("buy", "sell") for trade in seen)

    async def check_watch_ohlcv(self, exchange):
        candles = await exchange.watch_ohlcv(SYMBOL, "1m")
        assert candles[-1][4] > 0

    async def far_price(self, exchange):
        book = await exchange.fetch_order_book(SYMBOL, 5)
        return float(exchange.price_to_precision(SYMBOL, book["bids"][0][0] * 0.99))

    async def check_watch_orders(self, exchange):
        task = asyncio.ensure_future(exchange.watch_user("orders::" + SYMBOL))
        await asyncio.sleep(0.5)
        order = await exchange.create_order(SYMBOL, "limit", "buy", 20, await self.far_price(exchange))
        told = (await task)[-1]
        assert told["id"] == order["id"] and told["status"] == "open"
        task = asyncio.ensure_future(exchange.watch_user("orders::" + SYMBOL))
        await exchange.cancel_order(order["id"], SYMBOL)
        told = (await task)[-1]
        assert told["id"] == order["id"] and told["status"] == "canceled"

    async def check_watch_my_trades_balance_and_positions(self, exchange):
        trades = asyncio.ensure_future(exchange.watch_user("myTrades::" + SYMBOL))
        balance = asyncio.ensure_future(exchange.watch_user("swap:balance"))
        positions = asyncio.ensure_future(exchange.watch_positions([SYMBOL]))
        await asyncio.sleep(0.8)
        order = await exchange.create_order(SYMBOL, "market", "buy", 20)
        trade = (await trades)[-1]
        assert trade["order"] == order["id"] and trade["amount"] > 0 and trade["fee"]["cost"] > 0
        assert (await balance)["USDT"]["total"] < 10000
        position = await positions
        position = position[-1] if isinstance(position, list) else position
        assert position["symbol"] == SYMBOL and position["contracts"] == 20
        await exchange.create_order(SYMBOL, "market", "sell", 20, None, {"reduceOnly": True})


def checks(instance):
    return [getattr(instance, name) for name in type(instance).__dict__ if name.startswith("check_")]


def report(name, run):
    try:
        run()
        print("ok   " + name, flush=True)
        return True
    except Exception:
        print("FAIL " + name, flush=True)
        traceback.print_exc()
        return False


def main():
    with open(sys.argv[1]) as file:
        ready = json.loads(file.readline())
    time.sleep(3)
    results = []
    for check in checks(Rest(ready)):
        results.append(report("rest " + check.__name__[6:], check))
    streams = Streams(ready)
    for check in checks(streams):
        results.append(report("stream " + check.__name__[6:], lambda: asyncio.run(streams.session(check))))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
