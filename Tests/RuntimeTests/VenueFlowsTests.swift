import Testing

@testable internal import Runtime

@Suite struct `Which market of a local venue plays what` {
    private static let known = ["BTC-USD", "ETH-USD", "SOL-USD"]

    private func flows(_ texts: [String], _ markets: [String] = []) throws(VenueHostError) -> [String: VenueFlow] {
        let flows = try VenueFlows(flows: texts, markets: markets, known: Self.known) { recorded in
            recorded == "ETHUSDT" ? "ETH-USD" : nil
        }
        return Dictionary(
            uniqueKeysWithValues: flows.symbols.enumerated().map { ($1, flows.flow($0)) })
    }

    @Test func `without a word it is the venue's first market, synthetic`() throws {
        #expect(try flows(["synthetic"]) == ["BTC-USD": .synthetic])
        #expect(try flows([]) == ["BTC-USD": .synthetic])
    }

    @Test func `a named flow goes to its market, the others to those that are left`() throws {
        #expect(
            try flows(["ETH-USD=a.gz", "b.gz", "SOL-USD=synthetic"]) == [
                "ETH-USD": .recording(path: "a.gz"), "BTC-USD": .recording(path: "b.gz"), "SOL-USD": .synthetic,
            ])
        #expect(
            try flows(["a.gz"], ["SOL-USD", "BTC-USD"]) == [
                "SOL-USD": .recording(path: "a.gz"), "BTC-USD": .synthetic,
            ])
    }

    @Test func `a recording whose name tells its symbol finds its market`() throws {
        let path = "folder/20250929_orderbook_ETHUSDT.csv.gz"
        #expect(try flows([path]) == ["ETH-USD": .recording(path: path)])
        #expect(
            try flows([path], ["BTC-USD", "ETH-USD"]) == [
                "BTC-USD": .synthetic, "ETH-USD": .recording(path: path),
            ])
        #expect(try flows([path], ["BTC-USD"]) == ["BTC-USD": .recording(path: path)])
    }

    @Test func `three recordings without a name play on the venue's first three markets`() throws {
        #expect(
            try flows(["a", "b", "c"]) == [
                "BTC-USD": .recording(path: "a"), "ETH-USD": .recording(path: "b"), "SOL-USD": .recording(path: "c"),
            ])
    }

    @Test func `a path may hold an equals sign`() throws {
        #expect(try flows(["./a=b.gz"]) == ["BTC-USD": .recording(path: "./a=b.gz")])
    }

    @Test(arguments: [
        (["DOGE-USD=a"], [], "SYMBOL=FILE"), (["a"], ["DOGE-USD"], "not known"),
        (["a", "b"], ["BTC-USD"], "more flows"),
        (["BTC-USD=a", "BTC-USD=b"], [], "twice"), (["ETH-USD=a"], ["BTC-USD"], "no --market"),
        ([], ["BTC-USD", "BTC-USD"], "twice"),
    ])
    func `what contradicts itself is refused with a reason`(texts: [String], markets: [String], words: String) {
        #expect {
            try flows(texts, markets)
        } throws: { error in
            (error as? VenueHostError)?.description.contains(words) == true
        }
    }
}
