import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import Wire

@testable import VenueExtended

@Suite struct `Amounts are those of the official client` {
    private func rounding(_ mode: String) throws -> ExtendedAmounts.Rounding {
        switch mode {
        case "BUY", "FEE": .up
        case "SELL": .down
        default: .nearestEven
        }
    }

    @Test(arguments: [
        ("BUY", "0.00846", 1, 1), ("FEE", "0.00000695", 1_000_000, 7), ("FEE", "0.00091335202", 10, 1),
        ("NONE", "0.0000320389", 1_000, 0), ("BUY", "570.96897", 10, 5_710), ("NONE", "7789.7429", 1, 7_790),
        ("SELL", "353621819198.5", 1, 353_621_819_198), ("NONE", "2.9052716", 1_000_000, 2_905_272),
        ("SELL", "80510978.20617", 10_000_000_000, 805_109_782_061_700_000), ("SELL", "0.0577", 10, 0),
        ("NONE", "0.5", 1, 0), ("NONE", "1.5", 1, 2), ("NONE", "2.5", 1, 2), ("NONE", "2.51", 1, 3),
    ])
    func `a human amount in units of the contract`(mode: String, value: String, resolution: Int64, units: Int64) throws
    {
        #expect(
            try ExtendedAmounts.units(decimal(value), resolution: resolution, rounding(mode)) == units)
    }

    @Test(.enabled(if: Vectors.exist)) func `every amount of the vector file`() throws {
        for vector in try #require(Vectors.load("sdk_helpers")["quantise"]).list("cases") {
            let expected = try vector.string("stark_amount")
            // The client computes with any number of digits; the contract's integers have 64 bits.
            let units = try? ExtendedAmounts.units(
                vector.exact("value"), resolution: try #require(vector["resolution"]?.integer),
                rounding(vector.string("mode")))
            #expect(units == Int64(expected), "\(vector)")
        }
    }

    @Test(arguments: [
        ("SELL", "7853754", "1", "0.001", "7845900"), ("BUY", "3314.062", "0.00001", "0.01", "3347.20262"),
        ("SELL", "8383417", "0.01", "0.001", "8375033.58"), ("BUY", "29182.75", "0.1", "0.001", "29212.0"),
        ("BUY", "9021.724", "0.01", "0.001", "9030.75"), ("SELL", "9105663", "1", "0.0075", "9037370"),
        ("SELL", "0.4", "1", "0.5", "1"),
    ])
    func `a worst price`(side: String, price: String, tick: String, slippage: String, result: String) throws {
        let worst = ExtendedPricing.worst(
            side == "BUY" ? .buy : .sell, price: try decimal(price), slippage: try decimal(slippage),
            tick: try decimal(tick))
        #expect(worst?.description == result)
    }

    @Test(.enabled(if: Vectors.exist)) func `every worst price of the vector file`() throws {
        for vector in try Vectors.load("sdk_helpers").list("price_with_slippage") {
            let worst = ExtendedPricing.worst(
                try vector.string("side") == "BUY" ? .buy : .sell, price: try vector.exact("price"),
                slippage: try vector.exact("slippage"), tick: try vector.exact("min_price_change"))
            #expect(worst?.description == vector["result"]?.text, "\(vector)")
        }
    }

    @Test(arguments: [
        ("1", 0, "10000000", "500000000"), ("39000", 0, "10000000", "12820"), ("0.21", 0, "10000000", "2380952380"),
        ("3100.5", 0, "10000000", "161264"), ("39000", 5, "10000000", "12820.51282"),
    ])
    func `the size for a whole position`(price: String, decimals: Int, largest: String, result: String) throws {
        let size = ExtendedPricing.wholePosition(
            price: try decimal(price), maxPositionValue: try decimal(largest), decimals: decimals)
        #expect(size?.description == result)
    }

    @Test(.enabled(if: Vectors.exist)) func `every whole position of the vector file`() throws {
        for vector in try Vectors.load("sdk_helpers").list("entire_position_size") {
            let size = ExtendedPricing.wholePosition(
                price: try vector.exact("price"), maxPositionValue: try vector.exact("max_position_value"),
                decimals: Int(try #require(vector["quantity_precision"]?.integer)))
            #expect(size?.description == vector["result"]?.text, "\(vector)")
        }
    }

    @Test(arguments: [("1", 0), ("0.00001", 5), ("0.001", 3), ("0.5", 0), ("10", 1), ("5", 1), ("0.05", 1)])
    func `decimals of a step, as the client counts them`(step: String, decimals: Int) throws {
        #expect(try ExtendedPricing.decimals(of: decimal(step)) == decimals)
    }

    @Test(arguments: [
        (1_775_643_549_999, 1_776_853_150), (1_774_838_181_000, 1_776_047_781), (0, 1_209_600), (1, 1_209_601),
    ])
    func `what the chain is told of an expiry`(milliseconds: Int64, seconds: UInt64) {
        #expect(ExtendedExpiry.settlement(milliseconds: milliseconds) == seconds)
    }

    @Test(.enabled(if: Vectors.exist)) func `every expiry of the vector file`() throws {
        for vector in try Vectors.load("sdk_helpers").list("settlement_expiration") {
            let milliseconds = try #require(vector["expiryEpochMillis"]?.integer)
            let seconds = ExtendedExpiry.settlement(milliseconds: milliseconds)
            #expect(Int64(seconds) == vector["settlement_expiration"]?.integer)
        }
    }

    @Test(arguments: [(0, 0), (1, 1_000_000_000), (1_000_000_000, 1_000_000_000), (1_000_000_001, 2_000_000_000)])
    func `expiries are whole seconds, never earlier`(nanoseconds: Int64, whole: Int64) {
        #expect(ExtendedExpiry.wholeSecond(Instant(nanoseconds: nanoseconds)).nanoseconds == whole)
    }

    @Test func `the fee is that of the notional before rounding`() throws {
        let coarse = ExtendedSettlement(
            collateralID: .init(1), collateralResolution: 10, syntheticID: .init(2), syntheticResolution: 10)
        // 0.15 × 1.01 = 0.1515 coins: 1.515 units. A fee of half of that is 0.7575 units, of 2 units it would be 1.
        let bought = try ExtendedAmounts(
            side: .buy, quantity: decimal("0.15"), price: decimal("1.01"), fee: decimal("0.66"), settlement: coarse)
        #expect([bought.synthetic, bought.collateral, Int64(bought.fee)] == [2, -2, 1])
        let sold = try ExtendedAmounts(
            side: .sell, quantity: decimal("0.15"), price: decimal("1.01"), fee: decimal("0.4"),
            builderFee: decimal("0.3"), settlement: coarse)
        #expect([sold.synthetic, sold.collateral, Int64(sold.fee)] == [-1, 1, 2])
    }

    @Test func `what does not fit is an error, not a trap`() throws {
        let settlement = try Sample.market().settlement
        let huge = ExactDecimal(mantissa: .max, scale: 0)
        let fine = ExactDecimal(mantissa: 1, scale: 30)
        for (quantity, price, fee) in [
            (huge, huge, huge), (fine, fine, fine), (huge, .zero, .zero), (.zero, huge, huge),
        ] {
            for side in Side.allCases {
                #expect(throws: ExtendedAmountError.tooLarge) {
                    try ExtendedAmounts(
                        side: side, quantity: quantity, price: price, fee: fee, builderFee: fee, settlement: settlement)
                }
            }
        }
    }

    /// Rational arithmetic digit by digit, as a second opinion.
    @Test(arguments: 1...20) func `whatever the digits, as long division has it`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        for _ in 0..<200 {
            let quantity = ExactDecimal(
                mantissa: Int128(random.integer(in: 1...9_999_999)), scale: Int(random.integer(in: 0...8)))
            let price = ExactDecimal(
                mantissa: Int128(random.integer(in: 1...9_999_999)), scale: Int(random.integer(in: 0...6)))
            let resolution = Int64(ExtendedAmounts.powerOfTen(Int(random.integer(in: 0...6))))
            let settlement = ExtendedSettlement(
                collateralID: .init(1), collateralResolution: resolution, syntheticID: .init(2), syntheticResolution: 1)
            let exact = quantity.mantissa * price.mantissa * Int128(resolution)
            let divisor = ExtendedAmounts.powerOfTen(quantity.scale + price.scale)
            let down = exact / divisor
            guard Int64(exactly: down + 1) != nil else { continue }
            let bought = try ExtendedAmounts(
                side: .buy, quantity: quantity, price: price, fee: .zero, settlement: settlement)
            let sold = try ExtendedAmounts(
                side: .sell, quantity: quantity, price: price, fee: .zero, settlement: settlement)
            #expect(Int128(sold.collateral) == down)
            #expect(Int128(-bought.collateral) == down + (exact % divisor == 0 ? 0 : 1))
        }
    }
}
