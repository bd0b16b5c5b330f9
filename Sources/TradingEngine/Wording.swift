internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import Quoting

extension OrderBook.Unusable {
    var text: String {
        switch self {
        case .awaitingSnapshot: "waiting for a snapshot"
        case .gapped: "an update is missing"
        case .malformed: "a price or quantity is impossible"
        case .oneSided: "one side is empty"
        case .crossed: "bid and ask cross"
        case .stale(let age): "the newest data is \(age.milliseconds) ms old"
        }
    }
}

extension QuoteAbsence {
    /// A number for the reason without its amounts.
    var reason: Int {
        switch self {
        case .belowMinNotional: 0
        case .belowMinQuantity: 1
        case .aboveMaxQuantity: 2
        case .priceOutOfRange: 3
        case .flattening: 4
        case .noPrice: 5
        case .warmingUp: 6
        case .inventory(.buy): 7
        case .inventory(.sell): 8
        case .calibrating: 9
        case .noModelPrice: 10
        case .noReference: 11
        case .noConversion: 12
        case .crossed: 13
        case .wouldTake(.buy): 14
        case .wouldTake(.sell): 15
        case .notHeld(.buy): 16
        case .notHeld(.sell): 17
        case .thinReference(.buy): 18
        case .thinReference(.sell): 19
        }
    }

    /// Whether it belongs to a run that goes as it should.
    var isOrdinary: Bool {
        switch self {
        case .warmingUp, .calibrating, .inventory, .wouldTake: true
        case .belowMinNotional, .belowMinQuantity, .aboveMaxQuantity, .priceOutOfRange, .flattening, .noPrice,
            .noModelPrice, .noReference, .noConversion, .crossed, .notHeld, .thinReference:
            false
        }
    }

    func text(_ instrument: Instrument) -> String {
        switch self {
        case .belowMinNotional(let value, let minimum):
            "no quote, \(value) is worth less than the minimum of \(minimum)"
        case .belowMinQuantity(let size, let minimum):
            "no quote, \(instrument.text(size)) is less than the minimum of \(instrument.text(minimum))"
        case .aboveMaxQuantity(let size, let maximum):
            "no quote, \(instrument.text(size)) is more than the maximum of \(instrument.text(maximum))"
        case .priceOutOfRange(let price): "no quote, \(instrument.text(price)) is outside the allowed prices"
        case .calibrating: "the model still measures volatility and how often others trade"
        case .noModelPrice: "the model has no finite price for these parameters"
        case .flattening: "closing the position first"
        case .noPrice: "no quote, there is no mark price, neither live nor of the position"
        case .warmingUp(let watched, let needed):
            "no quote yet, \(watched.milliseconds / 1_000) of \(needed.milliseconds / 1_000) s of the market were seen"
        case .inventory(let side): "no \(side.rawValue) quote, the inventory is near its limit"
        case .noReference: "no quote, the reference's book cannot be quoted from"
        case .noConversion: "no quote, the reference's prices cannot be converted"
        case .crossed: "no quote, the converted reference is crossed"
        case .wouldTake(let side): "no \(side.rawValue) quote, it would take from the book"
        case .notHeld(let side):
            "not every \(side.rawValue) level, too little \(side == .buy ? instrument.quoteAsset : instrument.baseAsset) is held"
        case .thinReference(let side):
            "not every \(side.rawValue) level, the reference's book could not offset it"
        }
    }
}

extension QuotePriceSource {
    var text: String {
        switch self {
        case .mid: "the middle of the book"
        case .mark: "the live mark price"
        case .positionMark: "the mark of the last word on the position, a fallback that may be old"
        case .reference: "the reference's book"
        }
    }
}
