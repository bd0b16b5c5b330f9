internal import Fundamentals
internal import Wire

extension AsterServer {
    /// While a key is active, asking again returns it and extends its life.
    mutating func createListenKey(_ account: Int, _ json: inout JSONWriter) {
        let text = accounts[account].listenKey?.text ?? ListenKey.text(64, &keySource)
        accounts[account].listenKey = ListenKey(text: text, expiresAt: now + configuration.leeway.listenKeyLife)
        json.beginObject()
        json.member("listenKey", text)
        json.endObject()
    }

    mutating func keepListenKey(_ account: Int, _ json: inout JSONWriter) throws(AsterError) {
        guard accounts[account].listenKey != nil else {
            throw AsterError(-1_125, "This listenKey does not exist.")
        }
        accounts[account].listenKey?.expiresAt = now + configuration.leeway.listenKeyLife
        json.beginObject()
        json.endObject()
    }

    mutating func closeListenKey(_ account: Int, _ json: inout JSONWriter) {
        if accounts[account].listenKey != nil { accounts[account].listenKey?.expiresAt = now }
        json.beginObject()
        json.endObject()
    }
}
