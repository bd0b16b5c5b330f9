internal import CommandLineKit
internal import Configuration
internal import Glibc
internal import Runtime
internal import SystemIO

/// A configuration file with everything that overrides it, as several commands need it.
struct LoadedBot {
    let loaded: LoadedConfiguration
    /// What it was read from, to be read again with changes.
    let sources: ConfigurationSources

    /// - Throws: `Failure` when the file cannot be read; what is wrong inside it is in `loaded.issues`.
    init(_ path: String, _ arguments: ParsedArguments) throws {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(path, limit: 1 << 20) } catch {
            throw Failure(.noInput, "\(error)")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var sources = ConfigurationSources(
            file: SourceFile(name: path, bytes: bytes), environment: Environment.variables,
            overrides: try Self.overrides(arguments))
        let dotEnv = folder + ".env"
        do throws(FileError) {
            if let bytes = try readFileIfPresent(dotEnv, limit: 1 << 20) {
                sources.dotEnv = SourceFile(name: dotEnv, bytes: bytes, isReadableByOthers: isReadableByOthers(dotEnv))
            }
        } catch {
            throw Failure(.noInput, "\(error)")
        }
        self.sources = sources
        loaded = BotConfiguration.load(sources)
    }

    private static func overrides(_ arguments: ParsedArguments) throws -> [ConfigurationOverride] {
        var overrides: [ConfigurationOverride] = []
        if let symbol = arguments.text("symbol") {
            overrides.append(ConfigurationOverride(path: "symbol", text: symbol, flag: "--symbol"))
        }
        for text in arguments.texts("set") {
            guard let override = ConfigurationOverride(text) else {
                throw Failure(.usage, "--set expects PATH=VALUE such as limits.max_position_usd=50, found '\(text)'")
            }
            overrides.append(override)
        }
        return overrides
    }

    /// The configuration, or a failure that lists every problem.
    func configuration() throws -> BotConfiguration {
        for issue in loaded.issues where issue.severity == .warning { Console.talk("\(issue)") }
        guard let configuration = loaded.configuration else {
            let problems = loaded.issues.filter { $0.severity == .error }
            throw Failure(.configuration, problems.map { "\($0)" }.joined(separator: "\n"), isBare: true)
        }
        return configuration
    }

    /// Keys that can sign, or a failure that names the variables that are missing.
    func credentials(for configuration: BotConfiguration) throws -> VenueCredentials {
        guard let credentials = loaded.credentials, loaded.credentialIssues.isEmpty else {
            let problems = loaded.credentialIssues.map { "\($0)" }.joined(separator: "\n")
            throw Failure(.configuration, problems, isBare: true)
        }
        do throws(VenueCredentialsError) {
            return try VenueCredentials(credentials, reference: loaded.referenceCredentials, for: configuration)
        } catch {
            throw Failure(.configuration, error.description)
        }
    }

    /// What the account is known by, for the lock and the state directory: never a secret.
    func account(for configuration: BotConfiguration) -> String {
        let who: String =
            switch loaded.credentials {
            case .hmac(let key, _): String(decoding: key.expose(), as: UTF8.self)
            case .wallet(let user, _, _): user.lowercased()
            case .stark(_, let vault, _, _): "vault \(vault)"
            case .bitoPro(let key, _, _), .ed25519(let key, _): String(decoding: key.expose(), as: UTF8.self)
            case nil: ""
            }
        return "\(configuration.endpoints.rest) \(who)"
    }
}
