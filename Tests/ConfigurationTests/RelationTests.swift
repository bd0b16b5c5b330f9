import Configuration
import Testing

@Suite struct `Rules between fields` {
    @Test(
        arguments: [
            (
                "endpoints: {rest: 'https://fapi.asterdex-testnet.com', stream: 'wss://localhost:1'}",
                ["endpoints.rest: is on the test network, and use_testnet is false"]
            ),
            (
                "use_testnet: true, endpoints: {rest: 'https://localhost', stream: 'wss://fstream.asterdex.com'}",
                ["endpoints.stream: is on the main network, and use_testnet is true"]
            ),
            (
                "use_testnet: true, endpoints: {rest: 'https://FAPI.asterdex-testnet.com', stream: 'ws://[::1]:8080'}",
                []
            ),
            (
                "endpoints: {rest: 'https://localhost'}",
                ["endpoints.rest: needs endpoints.stream beside it: both addresses are replaced, or none"]
            ),
            (
                "endpoints: {rest: 'https://a/path', stream: 'wss://user@a'}",
                [
                    "endpoints.rest: expected a URL with https:// or http:// and no path, such as \"https://fapi.asterdex.com\", "
                        + "found \"https://a/path\"",
                    "endpoints.stream: expected a URL with wss:// or ws:// and no path, such as \"wss://fstream.asterdex.com\", "
                        + "found \"wss://user@a\"",
                ]
            ),
            (
                "fees_override: {maker: '0.0006', taker: '0.0006'}",
                [
                    "strategy.buy_spread: buy_spread and sell_spread together do not cover two maker fees: every cycle loses"
                ]
            ),
            ("fees_override: {maker: '0.0005', taker: '0.0006'}", []),
            ("limits: {max_order_value_usd: 50}", []),
        ] as [(String, [String])])
    func `are checked in both directions`(more: String, expected: [String]) {
        let text = """
            {strategy: {type: 'aster-cycle', buy_spread: '0.0006', sell_spread: '0.0006', balance_fraction: '1'}, \(more)}
            """
        #expect(load(text).issues.map { "\($0.path): \($0.message)" } == expected)
    }
}
