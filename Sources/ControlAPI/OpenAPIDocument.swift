internal import Configuration
internal import Wire

/// The API described as OpenAPI 3.1, made from the same table that routes requests.
struct OpenAPIDocument {
    private let configuration: BotConfiguration

    init(_ configuration: BotConfiguration) { self.configuration = configuration }

    var bytes: [UInt8] {
        JSONWriter.document { json in
            json.member("openapi", "3.1.0")
            json.object("info") { json in
                json.member("title", "apus control API")
                json.member("version", "1")
                json.member(
                    "description",
                    "Sees and steers one running bot. Amounts are exact decimal texts in the settlement asset; the "
                        + "replies under /api/bot keep the numbers of the bot whose API they continue. /api/events never "
                        + "ends.")
            }
            json.object("paths") { json in
                for path in Self.paths { writePath(path, into: &json) }
            }
            json.object("components") { json in
                json.object("securitySchemes") { json in
                    json.object("token") { json in
                        json.member("type", "http")
                        json.member("scheme", "bearer")
                    }
                }
                json.object("schemas") { json in
                    for (name, schema) in Schemas.all {
                        json.key(name)
                        // What can be changed depends on the bot.
                        let isChange = name == "ConfigurationChange"
                        (isChange ? ChangeableFields.schema(for: configuration) : schema).write(into: &json)
                    }
                }
            }
        }
    }

    /// Each once, in the order of the operations.
    static var paths: [String] {
        Operation.allCases.map(\.path).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func writePath(_ path: String, into json: inout JSONWriter) {
        json.object(path) { json in
            for operation in Operation.allCases where operation.path == path {
                json.object(operation.method.rawValue.lowercased()) { write(operation, into: &$0) }
            }
        }
    }

    private func write(_ operation: Operation, into json: inout JSONWriter) {
        json.member("operationId", operation.rawValue)
        json.member("summary", operation.summary)
        json.key("security")
        json.beginArray()
        if !operation.isOpen { json.object { $0.array("token", [String]()) { _, _ in } } }
        json.endArray()
        if !operation.parameters.isEmpty {
            json.array("parameters", operation.parameters) { json, parameter in
                json.object { write(parameter, into: &$0) }
            }
        }
        if let body = operation.body {
            json.object("requestBody") { json in
                json.member("required", true)
                writeContent("application/json", body, into: &json)
            }
        }
        json.object("responses") { json in
            for reply in operation.replies + Self.refusals(of: operation) {
                json.object("\(reply.status)") { write(reply, into: &$0) }
            }
        }
    }

    /// What any request may be refused with.
    static func refusals(of operation: Operation) -> [DocumentedReply] {
        let error = DocumentedReply.Content.json(.component("Error"))
        var refusals = [
            DocumentedReply(400, "The request cannot be read.", error),
            DocumentedReply(403, "Asked by a page of another site.", error),
            DocumentedReply(405, "Another method is expected.", error),
            DocumentedReply(421, "The server is not called by that name.", error),
            DocumentedReply(422, "A parameter or member is unknown or wrong.", error),
        ]
        if !operation.isOpen { refusals.append(DocumentedReply(401, "The token is missing or wrong.", error)) }
        if operation.isCommand {
            refusals.append(DocumentedReply(413, "The body is too large.", .text("text/plain")))
            refusals.append(DocumentedReply(415, "The body is not declared as JSON.", error))
        }
        return refusals
    }

    private func write(_ reply: DocumentedReply, into json: inout JSONWriter) {
        json.member("description", reply.text)
        switch reply.content {
        case .json(let schema): writeContent("application/json", schema, into: &json)
        case .text(let type): writeContent(type, .text(), into: &json)
        case .events: writeContent("text/event-stream", .text(), into: &json)
        case .nothing: break
        }
        if reply.status == 405 {
            json.object("headers") { json in
                json.object("Allow") { json in
                    json.key("schema")
                    Schema.text().write(into: &json)
                }
            }
        }
    }

    private func writeContent(_ type: String, _ schema: Schema, into json: inout JSONWriter) {
        json.object("content") { json in
            json.object(type) { json in
                json.key("schema")
                schema.write(into: &json)
            }
        }
    }

    private func write(_ parameter: QueryParameter, into json: inout JSONWriter) {
        json.member("name", parameter.name)
        json.member("in", "query")
        json.member("required", false)
        json.member("description", parameter.text)
        json.object("schema") { json in
            switch parameter.kind {
            case .integer(let range):
                json.member("type", "integer")
                json.member("minimum", range.lowerBound)
                json.member("maximum", range.upperBound)
                if let text = parameter.defaultText {
                    json.key("default")
                    json.numeral(text)
                }
            case .market:
                json.member("type", "string")
                json.array("enum", configuration.markets.map(\.symbol)) { $0.string($1) }
            case .flag:
                json.member("type", "boolean")
                json.member("default", parameter.defaultText == "true")
            case .fillID:
                json.member("type", "string")
                json.member("pattern", "^[A-Za-z0-9_.-]{1,64}:[0-9]{1,20}$")
            case .eventID:
                json.member("type", "string")
                json.member("pattern", "^[0-9]{1,19}$")
            }
        }
    }
}
