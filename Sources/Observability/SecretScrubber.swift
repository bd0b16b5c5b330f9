/// The net below redaction by type: replaces every registered secret that appears in text by `***`.
public struct SecretScrubber: Sendable, CustomStringConvertible, CustomReflectable {
    /// Shorter values are not registered: they would blot out ordinary text.
    public static let lengthMin = 6
    static let mask = "***"

    /// Longest first, so that a secret that contains another is taken whole.
    private var secrets: [[UInt8]] = []

    public init() {}

    /// Adds a secret (UTF-8); a hexadecimal one with `0x` is known without it too.
    public mutating func register(_ secret: [UInt8]) {
        let isPrefixed = secret.starts(with: Array("0x".utf8)) || secret.starts(with: Array("0X".utf8))
        for form in isPrefixed ? [secret, Array(secret.dropFirst(2))] : [secret]
        where form.count >= Self.lengthMin && !secrets.contains(form) {
            secrets.append(form)
        }
        secrets.sort { $0.count > $1.count }
    }

    public func scrub(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard let secret = secrets.first(where: { Self.matches($0, in: bytes, at: index) }) else {
                index += 1
                continue
            }
            result += bytes[copied..<index]
            result += Self.mask.utf8
            index += secret.count
            copied = index
        }
        guard copied > 0 else { return text }
        return String(decoding: result + bytes[copied...], as: UTF8.self)
    }

    private static func matches(_ secret: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
        guard index + secret.count <= bytes.count, bytes[index] == secret[0] else { return false }
        return bytes[index..<index + secret.count].elementsEqual(secret)
    }

    public var description: String { "\(secrets.count) secrets" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
