internal import Cryptography
internal import Fundamentals
internal import VenueMAX
internal import Wire

extension MAXServer {
    /// The account that made a request, once its key, signature, payload and nonce have been checked.
    mutating func authenticate(
        _ request: HTTPRequest, _ parameters: MAXParameters
    ) throws(MAXError) -> Int {
        guard let key = request.headers["X-MAX-ACCESSKEY"], let payload = request.headers["X-MAX-PAYLOAD"],
            let signature = request.headers["X-MAX-SIGNATURE"]
        else { throw .unauthorized(MAXErrorCode.unauthorized, "Authorization failed.") }
        guard let index = accounts.firstIndex(where: { $0.definition.apiKey == key }) else {
            throw .unauthorized(MAXErrorCode.unknownKey, "The access key does not exist.")
        }
        let expected = Hex.encode(accounts[index].hmac.authenticate(Array(payload.utf8)))
        guard constantTimeEqual(Array(expected.utf8), Array(signature.utf8)) else {
            throw .unauthorized(MAXErrorCode.wrongSignature, "Signature is incorrect.")
        }
        let signed = try Self.decode(payload)
        guard signed["path"]?.text == String(request.path) else {
            throw .unauthorized(
                MAXErrorCode.wrongPayload, "Payload is not consistent with body or wrong path in payload.")
        }
        try Self.compare(signed, parameters)
        guard let nonce = signed["nonce"]?.integer else { throw Self.badPayload }
        try admit(nonce, of: index)
        return index
    }

    private static let badPayload = MAXError.unauthorized(2_015, "Payload is invalid.")

    private static func decode(_ payload: String) throws(MAXError) -> JSONValue {
        guard let bytes = Base64.decode(payload) else { throw badPayload }
        let document: JSONValue
        do throws(WireError) { document = try JSONValue.parse(bytes, maxDepth: 4) } catch { throw badPayload }
        guard document.members != nil else { throw badPayload }
        return document
    }

    /// Everything that is sent must be signed, and everything that is signed must be sent.
    private static func compare(_ signed: JSONValue, _ parameters: MAXParameters) throws(MAXError) {
        let signedFields = try MAXParameters(object: signed).fields.filter { $0.name != "path" }
        let sent = parameters.fields
        for field in sent where field.name != "nonce" {
            guard signedFields.contains(field) else { throw inconsistent }
        }
        for field in signedFields where field.name != "nonce" {
            guard sent.contains(field) else { throw inconsistent }
        }
    }

    private static let inconsistent = MAXError.unauthorized(
        MAXErrorCode.wrongPayload, "Payload is not consistent with body or wrong path in payload.")

    mutating func admit(_ nonce: Int64, of account: Int) throws(MAXError) {
        do throws(MAXNonceWindow.Refusal) {
            try accounts[account].nonces.admit(nonce, at: venueTime.milliseconds)
        } catch {
            switch error {
            case .used:
                throw .unauthorized(MAXErrorCode.nonceUsed, "The nonce has already been used by access key.")
            case .outOfTime:
                throw .unauthorized(
                    MAXErrorCode.nonceOutOfTime, "The nonce is invalid. (30 seconds difference from server time)")
            }
        }
    }
}
