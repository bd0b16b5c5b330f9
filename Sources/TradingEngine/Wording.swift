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
        }
    }
}
