internal import SystemIO
internal import Wire

/// Where a running bot can be reached, as it leaves it in its state directory for clients on this machine.
public struct ControlAddress: Hashable, Sendable {
    /// `127.0.0.1:8000`: numeric, brackets around an IPv6 address.
    public var authority: String
    /// Nil when no token is asked for.
    public var tokenFile: String?
    public var processID: Int64
    /// For people who have several: `extended-percent BTC-USD`.
    public var name: String

    public init(authority: String, tokenFile: String?, processID: Int64, name: String) {
        self.authority = authority
        self.tokenFile = tokenFile
        self.processID = processID
        self.name = name
    }

    private static let file = "/control.json"

    /// - Parameter folder: the bot's own state directory.
    public func write(in folder: String) throws(ControlServerError) {
        let bytes = JSONWriter.document { json in
            json.member("address", authority)
            json.optional("token_file", tokenFile)
            json.member("pid", processID)
            json.member("name", name)
        }
        do throws(FileError) { try writeFileAtomically(folder + Self.file, bytes + [0x0A], mode: 0o600) } catch {
            throw ControlServerError("the control API's address cannot be kept: \(error)")
        }
    }

    /// Takes it away again; a file that cannot be removed is found stale later.
    public static func remove(in folder: String) { try? removeFile(folder + file) }

    /// Every bot that left its address below `base` and whose process still lives.
    public static func all(below base: String) -> [ControlAddress] {
        let folders = ((try? namesInFolder(base)) ?? []).sorted()
        return folders.compactMap { read(base + "/" + $0 + file) }.filter { processExists($0.processID) }
    }

    private static func read(_ path: String) -> ControlAddress? {
        guard let bytes = try? readPrivateFile(path, limit: 65_536), let value = try? JSONValue.parse(bytes),
            let authority = value["address"]?.text, let pid = value["pid"]?.integer
        else { return nil }
        return ControlAddress(
            authority: authority, tokenFile: value["token_file"]?.text, processID: pid,
            name: value["name"]?.text ?? authority)
    }
}
