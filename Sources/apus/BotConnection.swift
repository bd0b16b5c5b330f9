internal import CommandLineKit
internal import ControlAPI
internal import Cryptography
internal import Fundamentals
internal import Wire

/// The running bot that a command talks to.
struct BotConnection {
    let client: ControlClient

    /// The one that `--control` names; otherwise the only one that runs here.
    init(_ arguments: ParsedArguments) throws {
        let base = Self.stateDirectory(arguments)
        let found = ControlAddress.all(below: base)
        let chosen = try Self.choose(try arguments.endpoint("control"), from: found, base)
        guard let endpoint = Endpoint(chosen.authority) else {
            throw Failure(.dataError, "\(base) holds an address that cannot be read: \(chosen.authority)")
        }
        let tokenFile = arguments.text("token-file") ?? chosen.tokenFile
        let token: Secret?
        do throws(ControlServerError) { token = try tokenFile.map(ControlToken.read) } catch {
            throw Failure(.noPermission, error.description)
        }
        do throws(ControlClientError) {
            client = try ControlClient(host: endpoint.host, port: endpoint.port, token: token)
        } catch {
            throw Self.failure(error)
        }
    }

    private static func choose(
        _ wanted: Endpoint?, from found: [ControlAddress], _ base: String
    ) throws -> ControlAddress {
        if let wanted {
            let host = wanted.host == "localhost" ? "127.0.0.1" : wanted.host
            let authority = Endpoint(host: host, port: wanted.port).description
            return found.first { $0.authority == authority }
                ?? ControlAddress(authority: authority, tokenFile: nil, processID: 0, name: authority)
        }
        guard let first = found.first else {
            throw Failure(
                .unavailable,
                "no bot with a control API runs here (none left its address in \(base)); start one with apus run FILE "
                    + "--control 127.0.0.1:8000, or name one with --control HOST:PORT")
        }
        guard found.count == 1 else {
            let list = found.map { "  --control \($0.authority)  \($0.name)" }.joined(separator: "\n")
            throw Failure(.usage, "several bots run here; name one:\n\(list)")
        }
        return first
    }

    private static func stateDirectory(_ arguments: ParsedArguments) -> String {
        if let given = arguments.text("state-directory") { return given }
        if let state = Environment.variables["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/apus" }
        return Environment.variables["HOME"].map { $0 + "/.local/state/apus" } ?? ".apus"
    }

    func get(_ path: String) throws -> JSONValue { try call(.get, path) }

    func post(_ path: String, _ body: String = "", patience: TimeSpan = .seconds(10)) throws -> JSONValue {
        try call(.post, path, Array(body.utf8), patience)
    }

    private func call(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8] = [], _ patience: TimeSpan = .seconds(10)
    ) throws -> JSONValue {
        do throws(ControlClientError) {
            return try client.call(method, path, body: body, patience: patience)
        } catch {
            throw Self.failure(error)
        }
    }

    static func failure(_ error: ControlClientError) -> Failure {
        switch error {
        case .unreachable, .unreadable: Failure(.unavailable, error.description)
        case .refused(401, _):
            Failure(
                .noPermission,
                "the bot asks for its token: pass --token-file FILE, or --state-directory DIR where the bot keeps it")
        case .refused(403, let reason), .refused(421, let reason): Failure(.noPermission, reason)
        case .refused(409, let reason): Failure(.temporaryFailure, reason)
        case .refused(400...499, let reason): Failure(.dataError, reason)
        case .refused(_, let reason): Failure(.unavailable, reason)
        }
    }
}

extension JSONValue {
    /// As written, on one line.
    var compact: String {
        var json = JSONWriter()
        json.value(self)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The text of a scalar; `-` for null and what is missing.
    func shown(_ name: String) -> String {
        switch self[name] {
        case .string(let text): text
        case .number(let digits): digits
        case .bool(let flag): flag ? "yes" : "no"
        case .null, .array, .object, nil: "-"
        }
    }
}
