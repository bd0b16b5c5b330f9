public import Cryptography
internal import SystemIO

/// The secret that a client of the control API shows: 256 bits, in a file that only this user can read.
public struct ControlToken: Sendable {
    public let secret: Secret
    /// Where it is kept.
    public let path: String

    private static let maxBytes = 4_096

    /// The token in `folder`; made there when there is none yet.
    public init(in folder: String) throws(ControlServerError) {
        path = folder + "/control-token"
        do throws(FileError) {
            if try readFileIfPresent(path, limit: Self.maxBytes) == nil {
                try writeFileAtomically(path, Array((Hex.encode(secureRandom(32)) + "\n").utf8), mode: 0o600)
            }
        } catch {
            throw ControlServerError("the control API's token cannot be kept: \(error)")
        }
        secret = try Self.read(path)
    }

    /// Reads a token that is there; refuses a file that others can read, and one that holds too little.
    public static func read(_ path: String) throws(ControlServerError) -> Secret {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readPrivateFile(path, limit: maxBytes) } catch {
            throw ControlServerError("the token cannot be used: \(error)")
        }
        let text = bytes.prefix { $0 > 0x20 && $0 < 0x7F }
        guard text.count >= 32, bytes[text.endIndex...].allSatisfy({ $0 == 0x0A || $0 == 0x0D }) else {
            throw ControlServerError("\(path): expected a token of at least 32 printable characters on one line")
        }
        return Secret(String(decoding: text, as: UTF8.self))
    }
}
