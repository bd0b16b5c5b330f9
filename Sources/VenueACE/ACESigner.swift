public import Cryptography
public import Wire

/// What ACE gives an account for its interface.
public struct ACECredentials: Hashable, Sendable {
    public var apiKey: String
    public var secretKey: Secret

    public init(apiKey: String, secretKey: Secret) {
        self.apiKey = apiKey
        self.secretKey = secretKey
    }
}

/// ACE's signature, version 2: SHA-256 over `ACE_SIGN`, the secret, and the values of all parameters in the order of
/// their names.
public enum ACESigner {
    /// 64 lower-case hexadecimal digits.
    ///
    /// - Parameter fields: all parameters, `apiKey` and `timeStamp` included and `signKey` not, with the very values that
    ///   are sent, before they are encoded for the body.
    public static func signature(of fields: [FormFields.Field], secretKey: Secret) -> String {
        var message = Array("ACE_SIGN".utf8)
        secretKey.expose { message += $0 }
        for field in fields.sorted(by: isBefore) { message += field.value.utf8 }
        return Hex.encode(Hash.sha256(message))
    }

    /// By bytes, as the venue sorts: text comparison of the language would follow Unicode.
    private static func isBefore(_ a: FormFields.Field, _ b: FormFields.Field) -> Bool {
        a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }

    /// The body of a signed request: the fields, `apiKey`, `timeStamp` and `signKey`.
    static func body(_ fields: [FormFields.Field], _ credentials: ACECredentials, milliseconds: Int64) -> [UInt8] {
        var form = FormFields(fields)
        form.append("apiKey", credentials.apiKey)
        form.append("timeStamp", String(milliseconds))
        form.append("signKey", signature(of: form.fields, secretKey: credentials.secretKey))
        var bytes: [UInt8] = []
        form.encode(into: &bytes)
        return bytes
    }
}
