internal import Configuration
internal import Cryptography
import Testing
internal import VenueBinance

@testable internal import Runtime

@Suite struct `Keys of a mirror` {
    private let directory = TemporaryDirectory()
    private let target = ["MAX_API_KEY": "k", "MAX_API_SECRET": "s"]

    private func credentials(_ more: [String: String], _ settings: String = ", hedge: {enabled: true}") throws -> VenueCredentials {
        let loaded = BotConfiguration.load(
            ConfigurationSources(
                file: SourceFile(name: "c", text: "{strategy: {type: 'binance-max-mirror'}\(settings)}"),
                environment: target.merging(more) { $1 }))
        let keys = try #require(loaded.credentials)
        let configuration = try #require(loaded.configuration)
        return try VenueCredentials(keys, reference: loaded.referenceCredentials, for: configuration)
    }

    private func reference(_ credentials: VenueCredentials) -> BinanceCredentials? {
        guard case .mirror(.max, let reference) = credentials else { return nil }
        return reference
    }

    @Test func `are the target's alone where nothing is hedged`() throws {
        #expect(reference(try credentials(["BINANCE_API_KEY": "b"], "")) == nil)
    }

    @Test func `are of both venues where fills are hedged`() throws {
        let keys = reference(try credentials(["BINANCE_API_KEY": "b", "BINANCE_API_SECRET": "s"]))
        #expect(keys?.description == "Binance API key *** (HMAC)")
    }

    @Test func `may be a private key in a file that nobody else can read`() throws {
        let file = directory.path + "/key.pem"
        let body = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
        directory.shell(
            "printf '%s\\n' '-----BEGIN PRIVATE KEY-----' '\(body)' '-----END PRIVATE KEY-----' > key.pem && chmod 600 key.pem")
        let environment = ["BINANCE_API_KEY": "b", "BINANCE_ED25519_KEY_FILE": file]
        #expect(reference(try credentials(environment))?.description == "Binance API key *** (Ed25519)")
        directory.shell("chmod 644 key.pem")
        let open = #expect(throws: VenueCredentialsError.self) { try credentials(environment) }
        #expect(open?.description == "\(file) is readable by others: chmod 600 \(file)")
        directory.shell("echo hidden > key.pem && chmod 600 key.pem")
        let wrong = #expect(throws: VenueCredentialsError.self) { try credentials(environment) }
        #expect(wrong?.description.contains("hidden") == false)
    }
}
