import Fundamentals
import MarketModel
import SelfTradeExerciser
import Testing

@Suite struct `Nothing goes beyond the ceilings` {
    @Test func `the ceilings themselves are allowed`() throws {
        _ = try ExerciseCaps(
            ordersPerMinute: ExerciseCaps.ceilingOrdersPerMinute, notional: ExerciseCaps.ceilingNotional,
            duration: ExerciseCaps.ceilingDuration)
    }

    @Test(arguments: [
        (0, Cash(whole: 1), TimeSpan.seconds(1)), (1, Cash(whole: 1), .seconds(1)),
        (ExerciseCaps.ceilingOrdersPerMinute + 1, Cash(whole: 1), .seconds(1)), (10, .zero, .seconds(1)),
        (10, Cash(whole: -1), .seconds(1)), (10, ExerciseCaps.ceilingNotional + Cash(units: 1), .seconds(1)),
        (10, Cash(whole: 1), .zero), (10, Cash(whole: 1), .minutes(61)),
    ])
    func `what is beyond, or nothing at all, is refused`(rate: Int, notional: Cash, duration: TimeSpan) {
        #expect(throws: ExerciseError.self) {
            try ExerciseCaps(ordersPerMinute: rate, notional: notional, duration: duration)
        }
    }
}
