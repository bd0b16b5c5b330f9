import Cryptography
import VenueBinance

/// Keys that Binance publishes in its documents, and one of RFC 8032.
enum BinanceVectors {
    static let apiKey = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
    static let secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    static let futuresSecret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"
    static let otherKey = "4yNzx3yWC5bS6YTwEkSRaC0nRmSQIIStAUOh1b6kqaBrTLIhjCpI5lJH8q8R8WNO"
    static let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"

    static var hmac: BinanceCredentials { try! BinanceCredentials(apiKey: Secret(apiKey), key: .hmac(Secret(secret))) }
    static var ed25519: BinanceCredentials {
        try! BinanceCredentials(apiKey: Secret(otherKey), key: .ed25519(try! Ed25519PrivateKey(Secret(seed))))
    }
    static let order =
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
    static let socketOrder =
        "price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT"
}
