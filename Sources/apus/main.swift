internal import Glibc

let words = Array(CommandLine.arguments.dropFirst())
if words.first == "venue" { exit(venueCommand(Array(words.dropFirst()))) }
print("apus")
