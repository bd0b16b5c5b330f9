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

extension Withholding {
    var text: String {
        switch self {
        case .notReady: "start-up is not complete"
        case .privateStreamDown: "the private stream is down"
        case .switchNotArmed: "the dead man's switch is not armed"
        case .halted: "halted"
        case .stopping: "stopping"
        case .book(let reason): "\(reason.text)"
        case .breaker: "the breaker is open"
        case .repeatedFills: "too many fills on one side"
        case .awaitingRules: "the venue's rules are being loaded again"
        case .flattening: "the position is being closed"
        }
    }
}

extension QuoteAbsence {
    func text(_ instrument: Instrument) -> String {
        switch self {
        case .belowMinNotional(let value, let minimum): "no quote, \(value) is worth less than the minimum of \(minimum)"
        case .belowMinQuantity(let size, let minimum):
            "no quote, \(instrument.text(size)) is less than the minimum of \(instrument.text(minimum))"
        case .aboveMaxQuantity(let size, let maximum):
            "no quote, \(instrument.text(size)) is more than the maximum of \(instrument.text(maximum))"
        case .priceOutOfRange(let price): "no quote, \(instrument.text(price)) is outside the allowed prices"
        case .flattening: "closing the position first"
        }
    }
}
