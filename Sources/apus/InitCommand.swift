internal import CommandLineKit
internal import Configuration
internal import SystemIO

/// `apus init TEMPLATE`: a commented configuration.
enum InitCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        guard let template = Template(rawValue: try arguments.required("template")) else {
            throw Failure(.usage, "templates are \(Template.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let text = Template.render(template)
        let path = arguments.text("output") ?? "config.json"
        if path == "-" {
            Console.out(text, terminator: "")
            return .success
        }
        do throws(FileError) {
            if !arguments.flag("force"), try readFileIfPresent(path, limit: 1 << 20) != nil {
                throw FileError.corrupt(reason: "\(path) exists already; pass --force to replace it")
            }
            try writeFileAtomically(path, Array(text.utf8), mode: 0o644)
        } catch {
            throw Failure(.cannotCreate, "\(error)")
        }
        Console.talk("wrote \(path). Next: put the keys into the environment or .env, then `apus check \(path)`.")
        return .success
    }
}
