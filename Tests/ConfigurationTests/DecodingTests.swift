import Configuration
import Fundamentals
import MarketModel
import Quoting
import Testing

@Suite struct `Judging a configuration` {
    @Test(
        arguments: [
            (
                spreadFile(limits: "\"max_position_usd\": true"),
                ["config.json:3:34: limits.max_position_usd: expected a decimal string such as \"50\", found true"]
            ),
            (
                spreadFile(limits: "\"max_postion_usd\": \"1\""),
                ["config.json:3:14: limits.max_postion_usd: unknown key; did you mean max_position_usd?"]
            ),
            (
                spreadFile(limits: "\"price_collar\": 0.02"),
                [
                    "config.json:3:30: limits.price_collar: expected a decimal string such as \"0.02\", found the number 0.02; write it in quotes, so that it stays exact"
                ]
            ),
            (
                spreadFile(limits: "\"max_open_orders\": \"4\""),
                ["config.json:3:33: limits.max_open_orders: expected a whole number such as 4, found \"4\""]
            ),
            (
                spreadFile(limits: "\"max_open_orders\": 0"),
                ["config.json:3:33: limits.max_open_orders: expected at least 1, found the number 0"]
            ),
            (
                spreadFile(limits: "\"max_open_orders\": 1"),
                [
                    "config.json:3:33: limits.max_open_orders: expected at least 2, found 1: a bid and an ask are two orders"
                ]
            ),
            (
                spreadFile(limits: "\"stale_after\": \"3\""),
                [
                    "config.json:3:29: limits.stale_after: expected a duration such as \"3s\" or a number of seconds, found \"3\""
                ]
            ),
            (
                spreadFile(limits: "\"stale_after\": null"),
                [
                    "config.json:3:29: limits.stale_after: expected a duration such as \"3s\" or a number of seconds, found null"
                ]
            ),
            (
                spreadFile(limits: "\"stale_after\": \"1s\", \"stale_after\": \"1s\""),
                ["config.json:3:35: the key \"stale_after\" is given twice; it is first on line 3"]
            ),
            (
                spreadFile(", \"buy_spread\": \"0.1\""),
                [
                    "config.json:2:103: strategy.buy_spread: belongs to \"aster-cycle\", and strategy.type is \"aster-spread\""
                ]
            ),
            (
                spreadFile(", \"SPREAD_USD\": \"0.1\""),
                ["config.json:2:89: strategy.SPREAD_USD: unknown key; here it is called strategy.half_spread"]
            ),
            (
                spreadFile(more: ", \"half_spread\": \"1\""),
                ["config.json:3:17: half_spread: unknown key here; it belongs in \"strategy\""]
            ),
            (spreadFile(more: ", \"limit\": {}"), ["config.json:3:17: limit: unknown key; did you mean limits?"]),
            (
                spreadFile(more: ", \"logging\": 3"),
                ["config.json:3:28: logging: expected an object, found the number 3"]
            ),
            (
                spreadFile(more: ", \"venue\": \"astre\""),
                ["config.json:3:26: venue: expected one of \"aster\", found \"astre\"; did you mean \"aster\"?"]
            ),
            (
                spreadFile(more: ", \"symbol\": \"aster/usdt\""),
                ["config.json:3:27: symbol: expected a symbol in capitals such as \"ASTERUSDT\", found \"aster/usdt\""]
            ),
            (
                spreadFile(more: ", \"use_testnet\": \"true\""),
                ["config.json:3:32: use_testnet: expected true or false, found \"true\""]
            ),
            (
                spreadFile(more: ", \"receive_window\": 61"),
                ["config.json:3:35: receive_window: expected at most 60s (the venue refuses more), found the number 61"]
            ),
            (
                spreadFile(", \"counter_fill_wait\": 60"),
                [
                    "config.json:2:110: warning: strategy.counter_fill_wait: is longer than strategy.order_timeout, which is 45s: it never takes effect"
                ]
            ),
            (
                spreadFile(", \"inventory_threshold_usd\": 51"),
                [
                    "config.json:2:116: warning: strategy.inventory_threshold_usd: is above limits.max_position_usd, which is 50: no position is ever closed for profit"
                ]
            ),
            (
                spreadFile(limits: "\"max_order_value_usd\": \"9\""),
                [
                    "config.json:2:83: strategy.order_size_usd: expected at most limits.max_order_value_usd, which is 9, found 10: every quote would be refused"
                ]
            ),
            (
                spreadFile(limits: "\"max_position_usd\": \"12\""),
                [
                    "config.json:3:34: limits.max_position_usd: expected at least limits.max_order_value_usd, which is 15, found 12: one order could exceed the position limit",
                    "config.json: warning: strategy.inventory_threshold_usd: is above limits.max_position_usd, which is 12: no position is ever closed for profit",
                ]
            ),
            (
                spreadFile(limits: "\"max_position_usd\": 100"),
                [
                    "config.json:3:34: limits.max_position_usd: expected at most limits.max_exposure_usd, which is 60, found 100: one market could exceed the account's limit"
                ]
            ),
            (
                spreadFile(more: ", \"fees_override\": {\"maker\": \"0\"}"),
                [
                    "config.json:3:44: fees_override.maker: needs fees_override.taker beside it: both rates are replaced, or none"
                ]
            ),
            (
                spreadFile(
                    more: ", \"endpoints\": {\"rest\": \"http://example.com\", \"stream\": \"wss://example.com\"}"),
                [
                    "config.json:3:39: endpoints.rest: expected https or wss, found http: plain text is allowed on this machine only"
                ]
            ),
            (
                spreadFile(
                    more:
                        ", \"use_testnet\": true, \"endpoints\": {\"rest\": \"https://fapi.asterdex.com\", \"stream\": \"wss://127.0.0.1:1\"}"
                ),
                ["config.json:3:60: endpoints.rest: is on the main network, and use_testnet is true"]
            ),
            (
                "{}",
                [
                    "config.json:1:1: strategy.type: is missing: expected one of \"aster-spread\", \"aster-cycle\", \"extended-avellaneda\", \"extended-percent\", \"binance-ace-mirror\", \"binance-bitopro-mirror\", \"binance-max-mirror\""
                ]
            ),
            (
                "[]",
                [
                    "config.json:1:1: expected an object, found a list",
                    "config.json:1:1: strategy.type: is missing: expected one of \"aster-spread\", \"aster-cycle\", \"extended-avellaneda\", \"extended-percent\", \"binance-ace-mirror\", \"binance-bitopro-mirror\", \"binance-max-mirror\"",
                ]
            ),
            (
                "{strategy: {type: 'aster-spread'}}",
                [
                    "config.json:1:12: strategy.half_spread: is missing: expected a decimal string such as \"0.0005\"",
                    "config.json:1:12: strategy.order_size_usd: is missing: expected a decimal string such as \"10\"",
                ]
            ),
            (
                "{strategy: {type: 'aster-spread', half_spread: '0', order_size_usd: '4.99'}}",
                [
                    "config.json:1:48: strategy.half_spread: expected more than 0 (both quotes would stand on the mid), found \"0\"",
                    "config.json:1:69: strategy.order_size_usd: expected at least 5 (the venue's minimum order value), found \"4.99\"",
                ]
            ),
            (
                "{strategy: {type: 'aster-cycle', buy_spread: '0.0001', sell_spread: '0.6', balance_fraction: '1.1'}}",
                [
                    "config.json:1:69: strategy.sell_spread: expected less than 0.5, found \"0.6\"",
                    "config.json:1:94: strategy.balance_fraction: expected at most 1 (more than the balance cannot be spent), found \"1.1\"",
                    "config.json: warning: strategy.reuse_threshold: is not below strategy.buy_spread, which is 0.0001: an order may be kept until the mid reaches it",
                ]
            ),
        ] as [(String, [String])])
    func `reports every problem with its place`(text: String, expected: [String]) {
        #expect(issues(text) == expected)
    }
}
