internal import Cryptography
internal import MarketModel
internal import StarkCryptography

extension ExtendedAccountDefinition {
    /// The account of a local venue that is started without an account file: 10,000 USD. Its keys are published test
    /// keys; they open nothing but local venues.
    public static func demo() -> ExtendedAccountDefinition {
        guard let key = Felt(hex: "0x61c5e7e8339b7d56f197f54ea91b776776690e3232313de0f2ecbd0ef76f466") else {
            preconditionFailure("the sample key is a key")
        }
        return ExtendedAccountDefinition(
            name: "demo", apiKey: "a1c9f1b2d8e74b6f9c3e5d7a2b4f6081", vault: 10_002, publicKey: key,
            privateKey: Secret("0x7a7ff6fd3cab02ccdcd4a572563f5976f8976899b03a39773795a3c486d4986"),
            balance: Cash(whole: 10_000))
    }
}
