internal import CommandLineKit
internal import Configuration
internal import SystemIO
internal import Wire

/// `apus init TEMPLATE`: a commented configuration, from an original bot's if there is one.
enum InitCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        guard let template = Template(rawValue: try arguments.required("template")) else {
            throw Failure(.usage, "templates are \(Template.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let output = arguments.text("output") ?? "config.json"
        if let original = arguments.text("from") {
            return try convert(original, template, output, arguments)
        }
        if arguments.flag("json") {
            throw Failure(.usage, "--json is for the report of --from FILE, which is not given")
        }
        try write(Template.render(template), output, arguments)
        if output != "-" { Console.talk("wrote \(output). Next: \(next(template, output))") }
        return .success
    }

    private static func write(_ text: String, _ path: String, _ arguments: ParsedArguments) throws {
        if path == "-" {
            Console.out(text, terminator: "")
            return
        }
        do throws(FileError) {
            if !arguments.flag("force"), try readFileIfPresent(path, limit: 1 << 20) != nil {
                throw FileError.corrupt(reason: "\(path) exists already; pass --force to replace it")
            }
            try writeFileAtomically(path, Array(text.utf8), mode: 0o644)
        } catch {
            throw Failure(.cannotCreate, "\(error)")
        }
    }

    private static func next(_ template: Template, _ path: String) -> String {
        let remark =
            switch template.venue {
            case .extended: " It trades on the TEST NETWORK until use_testnet is false."
            case .ace: " ACE is retired: put the address that `apus venue ace` prints into endpoints.rest."
            case .aster, .binance, .bitoPro, .max: ""
            }
        return "put the keys into the environment or .env, then `apus check \(path)`.\(remark)"
    }

    // MARK: From an original

    private static func convert(
        _ original: String, _ template: Template, _ output: String, _ arguments: ParsedArguments
    ) throws -> ExitCode {
        guard ConfigurationImport.templates.contains(template) else {
            let able = ConfigurationImport.templates.map(\.rawValue).joined(separator: " and ")
            throw Failure(
                .usage, "--from is for \(able); \(template.rawValue)'s original was configured by environment variables"
            )
        }
        if output == original {
            throw Failure(.usage, "--output \(output) would replace the original; choose another name")
        }
        let isJSON = arguments.flag("json")
        if isJSON, output == "-" {
            throw Failure(.usage, "--json and --output - would both write to standard output")
        }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(original, limit: 1 << 20) } catch {
            throw Failure(.noInput, "\(error)")
        }
        let result = ConfigurationImport.read(SourceFile(name: original, bytes: bytes), as: template)
        var written: String?
        if let text = result.text {
            try write(text, output, arguments)
            written = output
        }
        if isJSON {
            Console.out(json(result, template, original, written))
        } else {
            tell(result, original)
            if let written, written != "-" { Console.talk("wrote \(written). Next: \(next(template, written))") }
            if written == nil { Console.talk("apus: nothing was written: \(original) has errors") }
        }
        return written == nil ? .dataError : .success
    }

    private static func tell(_ result: ConfigurationImport, _ original: String) {
        for key in result.keys where key.outcome != .invalid {
            Console.talk(key.line > 0 ? "\(original):\(key.line):\(key.column): \(key)" : "\(key)")
        }
        for issue in result.issues { Console.talk("\(issue)") }
    }

    private static func json(
        _ result: ConfigurationImport, _ template: Template, _ original: String, _ written: String?
    ) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("template", template.rawValue)
        json.member("from", original)
        if let written { json.member("written", written) }
        json.key("keys")
        json.beginArray()
        for key in result.keys {
            json.beginObject()
            json.member("outcome", key.outcome.rawValue)
            if !key.from.isEmpty {
                json.member("from", key.from)
                json.member("line", Int64(key.line))
                json.member("column", Int64(key.column))
            }
            if let to = key.to { json.member("to", to) }
            if let value = key.value { json.member("value", value) }
            if !key.note.isEmpty { json.member("note", key.note) }
            json.endObject()
        }
        json.endArray()
        json.key("issues")
        json.beginArray()
        for issue in result.issues { CheckCommand.write(issue, into: &json) }
        json.endArray()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
