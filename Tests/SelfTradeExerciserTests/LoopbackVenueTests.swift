import SelfTradeExerciser
import SystemIO
import Testing

@Suite struct `The exerciser goes to this machine only` {
    @Test(arguments: [
        "http://127.0.0.1:8080", "http://127.0.0.1:1/", "http://127.1.2.3:65535", "http://localhost:9000",
        "http://[::1]:8080", "HTTP://LOCALHOST:8080",
    ])
    func `a loopback address with a port may pass`(url: String) throws {
        _ = try LoopbackVenue.admit(url)
    }

    @Test func `localhost is the address, not a name that someone could resolve`() throws {
        #expect(try LoopbackVenue.admit("http://localhost:9000").origin.host == "127.0.0.1")
    }

    @Test(arguments: [
        // Where money is.
        "https://api.binance.com", "http://api.binance.com:80", "https://ace.io", "https://ace.io/polarisex",
        "http://ace.io:8080", "https://www.ace.io", "https://max-api.maicoin.com", "https://api.bitopro.com",
        "https://fapi.binance.com", "https://fapi.asterdex.com", "https://api.starknet.extended.exchange",
        "https://data-api.binance.vision", "https://api1.binance.com", "https://api-gcp.binance.com",
        // Test networks are other people's too.
        "https://testnet.binance.vision", "https://demo-api.binance.com", "https://testnet.binancefuture.com",
        "https://api.starknet.sepolia.extended.exchange", "https://fapi.asterdex-testnet.com",
        // Names that look near.
        "http://localhost.example.com:8080", "http://127.0.0.1.example.com:8080", "http://127.0.0.1.nip.io:8080",
        "http://localhost.:8080", "http://ip6-localhost:8080", "http://loopback:8080", "http://LOCALHOST.EVIL:8080",
        // Other spellings of addresses.
        "http://0.0.0.0:8080", "http://[::]:8080", "http://127.1:8080", "http://2130706433:8080",
        "http://0x7f000001:8080", "http://0177.0.0.1:8080", "http://127.000.000.001:8080", "http://127.0.0.256:8080",
        "http://[::ffff:127.0.0.1]:8080", "http://[::ffff:8.8.8.8]:8080", "http://128.0.0.1:8080",
        "http://10.0.0.1:8080", "http://192.168.1.10:8080", "http://169.254.169.254:80", "http://[fe80::1]:8080",
        "http://126.255.255.255:8080", "http://8.8.8.8:8080",
        // Other things before or behind.
        "http://127.0.0.1:8080@api.binance.com", "http://api.binance.com@127.0.0.1:8080",
        "http://127.0.0.1:8080/api", "http://127.0.0.1:8080?to=https://ace.io", "http://127.0.0.1:8080#x",
        "http://127.0.0.1", "http://127.0.0.1:", "http://127.0.0.1:0", "http://127.0.0.1:99999",
        "https://127.0.0.1:8080", "wss://127.0.0.1:8080", "ws://127.0.0.1:8080", "ftp://127.0.0.1:8080",
        "127.0.0.1:8080", "", "http://", "http://:8080", "http:///127.0.0.1:8080", " http://127.0.0.1:8080",
        "http://127.0.0.1:8080 ", "http://127.0.0.1\u{0}:8080", "http://１２７.0.0.1:8080",
    ])
    func `nothing else may pass`(url: String) {
        #expect(throws: ExerciseRefusal.self) { try LoopbackVenue.admit(url) }
    }

    @Test func `a refusal says what was wrong and that there is no way around`() {
        do {
            _ = try LoopbackVenue.admit("http://api.binance.com:80")
            Issue.record("a production host passed")
        } catch {
            #expect("\(error)".contains("api.binance.com"))
            #expect("\(error)".contains("no override"))
        }
    }

    @Test(arguments: [
        #"{"venue":"ace","rest":"https://ace.io/polarisex","accounts":[{"api_key":"k"}]}"#,
        #"{"venue":"binance","rest":"https://api.binance.com","accounts":[{"api_key":"k"}]}"#,
        #"{"venue":"ace","rest":"http://ace.io:80","accounts":[{"api_key":"k"}]}"#,
    ])
    func `a file that leads elsewhere is refused`(line: String) {
        #expect {
            _ = try ReadyVenue(Array(line.utf8), from: "ace.json")
        } throws: { error in
            if case ExerciseError.refused = error { true } else { false }
        }
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"venue":"ace"}"#, #"{"venue":"ace","rest":"http://127.0.0.1:80"}"#, "not json",
    ])
    func `a file that is no readiness is refused with what was expected`(line: String) {
        #expect {
            _ = try ReadyVenue(Array(line.utf8), from: "ace.json")
        } throws: { error in
            if case ExerciseError.settings(let text) = error { text.contains("ace.json") } else { false }
        }
    }
}
