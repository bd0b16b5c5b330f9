import Foundation
import Fundamentals
import MarketModel
import Testing

@testable import Quoting

@Suite struct `The papers' formulas` {
    @Test func `exponential and logarithm agree with the C library's to the last digits`() {
        var random = RandomSource(seed: 3)
        for _ in 0..<20_000 {
            let x = Double(random.integer(in: -700_000_000...700_000_000)) / 1_000_000
            #expect(abs(Elementary.exp(x) - Foundation.exp(x)) <= 4e-16 * Foundation.exp(x), "e^\(x)")
            let y = Foundation.exp(Double(random.integer(in: -400_000_000...400_000_000)) / 1_000_000)
            let tolerance = 4e-16 * max(abs(Foundation.log(y)), 0x1p-53)
            #expect(abs(Elementary.log(y) - Foundation.log(y)) <= tolerance, "ln \(y)")
            let z = Double(random.integer(in: -900_000...4_000_000)) / 1e7 / Double(random.integer(in: 1...1_000_000))
            #expect(abs(Elementary.log1p(z) - Foundation.log1p(z)) <= 5e-16 * abs(Foundation.log1p(z)), "ln(1+\(z))")
        }
    }

    @Test func `exponential and logarithm are right at the edges`() {
        #expect(Elementary.exp(0) == 1 && Elementary.log(1) == 0 && Elementary.log1p(0) == 0)
        #expect(Elementary.exp(-800) == 0 && Elementary.exp(800) == .infinity)
        #expect(Elementary.exp(-740) > 0)
        #expect(Elementary.log(0) == -.infinity && Elementary.log(-1).isNaN && Elementary.log(.infinity) == .infinity)
        #expect(Elementary.exp(.nan).isNaN)
    }

    @Test func `the 2008 spreads are those of the journal's tables`() {
        for (gamma, spread) in [(0.1, 1.49), (0.01, 1.35), (1.0, 3.02)] {
            let formula = AvellanedaStoikovFormula(gamma: gamma, kappa: 1.5, sigma: 2)
            // The average over the horizon, as the symmetric strategy of the tables quotes it.
            #expect(abs(formula.spread(timeLeft: 0.5) - spread) < 0.005)
        }
        #expect(
            abs(AvellanedaStoikovFormula(gamma: 0.1, kappa: 1.5, sigma: 2).skew(inventory: 3, timeLeft: 0.5) - 0.6)
                < 1e-15)
    }

    @Test func `hftbacktest's GLFT numbers are reproduced to the last digits`() {
        let formula = GLFTFormula(gamma: 0.05, kappa: 0.04235741115084049, a: 2.986162360812285, sigma: 10.69)
        #expect(abs(formula.halfSpread - 20.47208533844371) <= 2e-14)
        #expect(abs(formula.slope - 9.76326865029227) <= 1e-14)
    }

    @Test(arguments: [
        (-10.0, 2.6342568732557012), (-5, 2.97358603591012), (0, 3.312915198564539), (5, 3.652244361218958),
        (10, 3.991573523873377),
    ])
    func `the closed form has the 2013 paper's figures`(inventory: Double, bid: Double) {
        let formula = GLFTFormula(gamma: 0.01, kappa: 0.3, a: 0.9, sigma: 0.3)
        #expect(abs(formula.bidDistance(inventory: inventory) - bid) < 1e-13)
        #expect(abs(formula.askDistance(inventory: -inventory) - bid) < 1e-13, "it is symmetric")
    }

    @Test func `vanishing risk aversion and volatility leave the risk-neutral spread`() {
        #expect(AvellanedaStoikovFormula(gamma: 0, kappa: 2, sigma: 3).spread(timeLeft: 5) == 1)
        #expect(abs(AvellanedaStoikovFormula(gamma: 1e-9, kappa: 2, sigma: 0).spread(timeLeft: 5) - 1) < 1e-9)
        let formula = GLFTFormula(gamma: 0, kappa: 2, a: 1, sigma: 3)
        #expect(formula.slope == 0 && formula.base == 0.5)
        #expect(GLFTFormula(gamma: 1e-15, kappa: 1e6, a: 1e-6, sigma: 1e-9).halfSpread.isFinite)
    }
}

@Suite struct `Calibration of fill intensity` {
    private let start = Instant(milliseconds: 1_700_000_000_000)

    /// Trades whose distance from the mid is exponential with κ per tick, `rate` a second, on both sides.
    private func feed(
        _ calibration: inout IntensityCalibration, kappa: Double, rate: Double, seconds: Int64, seed: UInt64
    ) {
        var random = RandomSource(seed: seed)
        func uniform() -> Double { (Double(random.next() >> 11) + 0.5) * 0x1p-53 }
        var time = start
        while true {
            time = time + TimeSpan(nanoseconds: Int64(-Foundation.log(uniform()) / rate * 1e9))
            if time - start > .seconds(seconds) { return }
            let distance = -Foundation.log(uniform()) / kappa
            let halfTicks = Int64((distance * 2).rounded(.down))
            // Prices are whole ticks: the mid moves under them instead.
            let price: Int64 = 100_000
            let mid = HalfTicks(count: 2 * price + (random.next() & 1 == 0 ? halfTicks : -halfTicks))
            calibration.observe(Price(ticks: price), mid: mid, at: time)
        }
    }

    @Test(arguments: [(0.05, 2.0), (0.2, 5.0), (0.5, 1.0)])
    func `finds the parameters behind exponential arrivals`(kappa: Double, rate: Double) throws {
        var calibration = IntensityCalibration(window: .seconds(20_000))
        feed(&calibration, kappa: kappa, rate: rate, seconds: 19_000, seed: 5)
        let found = calibration.fit(at: start + .seconds(19_000))
        let fit = try #require(found)
        #expect(abs(fit.kappa / kappa - 1) < 0.12, "\(fit)")
        // Several arrivals in one interval count once: a little less than the rate is found.
        #expect(fit.a > rate * 0.7 && fit.a < rate * 1.25, "\(fit)")
    }

    @Test func `says nothing before half of its window was watched, or with too few trades`() {
        var calibration = IntensityCalibration(window: .seconds(600))
        feed(&calibration, kappa: 0.1, rate: 10, seconds: 200, seed: 2)
        let early = calibration.fit(at: start + .seconds(200))
        let later = calibration.fit(at: start + .seconds(310))
        #expect(early == nil && later != nil)
        var quiet = IntensityCalibration(window: .seconds(600))
        feed(&quiet, kappa: 0.1, rate: 0.05, seconds: 600, seed: 2)
        let little = quiet.fit(at: start + .seconds(600))
        #expect(little == nil)
        #expect(IntensityCalibration.line(through: [90, 90, 90, 90], seconds: 10) == nil, "nothing falls off")
    }

    @Test func `forgets what is older than its window`() {
        var calibration = IntensityCalibration(window: .seconds(100))
        feed(&calibration, kappa: 0.1, rate: 20, seconds: 100, seed: 7)
        let before = calibration.fit(at: start + .seconds(100))
        let after = calibration.fit(at: start + .seconds(400))
        #expect(before != nil && after == nil)
    }
}
