internal import Fundamentals
internal import MarketModel
internal import Wire

/// A query string as it grows, every value percent-encoded: it is signed as it is.
struct BinanceParameters {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ name: StaticString, _ text: String) {
        begin(name)
        FormFields.encode(text, into: &bytes)
    }

    mutating func add(_ name: StaticString, _ number: Int64) {
        begin(name)
        bytes.append(decimal: number)
    }

    /// Our names are made of characters that stand for themselves.
    mutating func add(_ name: StaticString, _ id: ClientOrderID) {
        begin(name)
        id.append(to: &bytes)
    }

    mutating func add(_ name: StaticString, _ price: Price, of instrument: Instrument) {
        begin(name)
        instrument.append(price, to: &bytes)
    }

    mutating func add(_ name: StaticString, _ quantity: Quantity, of instrument: Instrument) {
        begin(name)
        instrument.append(quantity, to: &bytes)
    }

    private mutating func begin(_ name: StaticString) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "="))
    }
}
