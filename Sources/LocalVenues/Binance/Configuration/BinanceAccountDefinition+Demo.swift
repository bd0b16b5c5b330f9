internal import Cryptography
internal import MarketModel

extension BinanceAccountDefinition {
    /// The account of a local venue that is started without an account file: the sample keys of Binance's documents, and
    /// the first Ed25519 key of RFC 8032's examples. They open nothing but local venues.
    public static func demo() -> BinanceAccountDefinition {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
        guard let key = Hex.decode(seed).flatMap({ Ed25519PrivateKey(seed: Secret(bytes: $0)) }) else {
            preconditionFailure("the sample seed is a seed")
        }
        return BinanceAccountDefinition(
            name: "demo", apiKey: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
            apiSecret: Secret("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"),
            ed25519: Ed25519Key(
                apiKey: "4yNzx3yWC5bS6YTwEkSRaC0nRmSQIIStAUOh1b6kqaBrTLIhjCpI5lJH8q8R8WNO", publicKey: key.publicKey,
                privateKey: Secret("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")),
            balances: [
                ("USDT", Cash(whole: 100_000)), ("BTC", Cash(whole: 2)), ("ETH", Cash(whole: 20)),
                ("USDC", Cash(whole: 50_000)), ("BNB", Cash(whole: 10)),
            ])
    }
}
