/// Numbers for the venue's names of 32 digits, which fit no integer: the same name has the same number, two names have
/// two, and later names have higher numbers as far as the first nineteen digits tell.
struct ACENumbering: Sendable {
    /// Names remembered; an older one has its number again when it comes again.
    static let capacity = 20_000
    /// The venue's own have 32.
    private static let longest = 40

    private var texts: [Int64: String] = [:]
    private var numbers: [Int64] = []
    /// Which of `numbers` is forgotten next.
    private var oldest = 0

    /// Nil for what is not 1 to 40 digits.
    mutating func number(of text: String) -> Int64? {
        guard var number = Self.start(text) else { return nil }
        while let known = texts[number] {
            if known == text { return number }
            number = number == .max ? 1 : number + 1
        }
        remember(text, number)
        return number
    }

    func text(of number: Int64) -> String? { texts[number] }

    private mutating func remember(_ text: String, _ number: Int64) {
        if numbers.count < Self.capacity {
            numbers.append(number)
        } else {
            texts[numbers[oldest]] = nil
            numbers[oldest] = number
            oldest = (oldest + 1) % Self.capacity
        }
        texts[number] = text
    }

    /// The first nineteen digits: milliseconds and what follows them.
    private static func start(_ text: String) -> Int64? {
        let digits = text.utf8
        guard (1...longest).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text.prefix(19)) ?? Int64(text.prefix(18))
    }
}
