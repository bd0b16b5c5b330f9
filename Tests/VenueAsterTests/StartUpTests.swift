import Fundamentals
import MarketModel
import Testing
import VenueKit

@testable import VenueAster

@Suite struct `Start-up of a session` {
    @Test func `goes through the steps in order and ends ready`() {
        var stage = Stage()
        stage.open()
        #expect(stage.isReady)
        #expect(
            Array(stage.venue.log.prefix(17)) == [
                "GET time", "GET time", "GET time", "GET exchangeInfo", "GET positionSide/dual", "GET openOrders",
                "GET positionRisk", "GET balance", "GET commissionRate", "GET userTrades", "POST countdownCancelAll",
                "POST listenKey", "GET openOrders", "GET userTrades", "GET positionRisk", "GET balance", "GET depth",
            ])
        #expect(stage.fatal == nil)
    }
}
